namespace Perfmon.BenchmarkDotNet;

/// <summary>What a <see cref="PerfmonDiagnoser"/> counts, and how; a value of its own for each question, all with a default.</summary>
public sealed record PerfmonDiagnoserOptions
{
    /// <summary>What is counted unless something else is asked for; the hardware's are not counted where there is no PMU.</summary>
    public static IReadOnlyList<string> DefaultEvents { get; } = ["task-clock", "page-faults", "context-switches", "cycles", "instructions"];

    /// <summary>
    /// The events, named as in <c>perf</c> and <c>pfmon</c>: <c>page-faults</c>, <c>cycles:u</c>, <c>syscalls:sys_enter_read</c>. Each has a column, in this order. A
    /// text may also be a list, <c>"cycles,instructions"</c>. Events that stand in braces count at the same time, <c>"{cycles,instructions}"</c>.
    /// </summary>
    public IReadOnlyList<string> Events { get; init; } = DefaultEvents;

    /// <summary>
    /// Metrics by their names (<c>ipc</c>) or as expressions (<c>us-per-fault = task-clock / page-faults / 1e3</c>); what they need is counted too. Null: those
    /// of <see cref="Perfmon.Metrics.MetricCatalogue"/> that belong beside an event and whose events are all among <see cref="Events"/>, such as ipc; rates of the time are left out.
    /// </summary>
    public IReadOnlyList<string>? Metrics { get; init; }

    /// <summary>Whose events are counted.</summary>
    public BenchmarkThreads Threads { get; init; } = BenchmarkThreads.Automatic;

    /// <summary>In which run.</summary>
    public CountedRun Run { get; init; } = CountedRun.Extra;

    /// <summary>How long a turn of a set is where more events are asked for than the machine counts at once, in CPU time of the benchmark.</summary>
    public TimeSpan Turn { get; init; } = TimeSpan.FromMilliseconds(10);
}
