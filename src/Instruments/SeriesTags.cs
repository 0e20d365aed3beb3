using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Instruments;

/// <summary>The attributes of measurements: OpenTelemetry's names where there are such, our own under <c>perfmon.</c> where not.</summary>
internal static class SeriesTags
{
    public const string Event = "perfmon.event";
    public const string Set = "perfmon.set";
    public const string Target = "perfmon.target";
    public const string Reason = "perfmon.reason";
    public const string Detail = "perfmon.detail";
    public const string Metric = "perfmon.metric";

    // OpenTelemetry's thread.id is a runtime's own number of a thread, not the kernel's.
    private const string Thread = "perfmon.tid";
    private const string Process = "process.pid";
    private const string Cpu = "cpu.logical_number";
    private const string Mode = "cpu.mode";

    /// <summary>Whom the session counts: in words, and the number that the target has.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> OfTarget(EventSession session, Target target)
    {
        List<KeyValuePair<string, object?>> tags = [new(Target, target.ToString())];
        switch (target)
        {
            case CallingThreadTarget:
                tags.Add(new(Process, Environment.ProcessId));
                tags.Add(new(Thread, session.AttachingThread));
                break;
            case ThreadTarget(var thread):
                tags.Add(new(Thread, thread));
                break;
            case ProcessTarget(var process):
                tags.Add(new(Process, process));
                break;
            case CommandTarget when session.Command is { } command:
                tags.Add(new(Process, command.ProcessId));
                break;
            case CpuTarget({ Count: 1 } one):
                tags.Add(new(Cpu, one[0]));
                break;
        }

        return tags;
    }

    /// <summary>Which event.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> OfEvent(SourceEvent one)
    {
        yield return new(Event, one.Name);
        if (one.Set is { } set)
        {
            yield return new(Set, set);
        }

        // The kernel's clocks count all time, whatever the mode.
        if (!InstrumentName.Plain(one.Request).IsClock && ModeOf(one.Request.Selection.Exclude) is { } mode)
        {
            yield return new(Mode, mode);
        }
    }

    // The only mode that is counted, in OpenTelemetry's words: kernel mode is called system.
    private static string? ModeOf(Exclusions exclude) => (exclude & (Exclusions.User | Exclusions.Kernel)) switch
    {
        Exclusions.Kernel => "user",
        Exclusions.User => "system",
        _ => null,
    };
}
