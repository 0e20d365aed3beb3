using System.CommandLine;
using Perfmon.Tool.Kvm.Filter;

namespace Perfmon.Tool.Kvm;

/// <summary><c>pfmon kvm</c>: what guests may count and what they do; a subcommand is a line here, its examples are in <see cref="KvmExamples"/>.</summary>
internal static class KvmCommand
{
    public static Command Create() => new("kvm", "What KVM's guests may count, and what they do.")
    {
        FilterCommand.Create(),
        BackendCommand.Create(),
    };
}
