using System.CommandLine;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary><c>pfmon kvm filter</c>: filters that say which events a guest may count.</summary>
internal static class FilterCommand
{
    public static Command Create() => new("filter", "Makes, translates, explains, checks and applies filters of the events that a guest may count.")
    {
        BuildCommand.Create(),
        TranslateCommand.Create(),
        ExplainCommand.Create(),
        CheckCommand.Create(),
        ApplyCommand.Create(),
    };
}
