using Perfmon.Diagnostics;
using Perfmon.Events;

namespace Perfmon.BenchmarkDotNet.Planning;

/// <summary>An event that was asked for, and what this machine says to it.</summary>
/// <param name="AskedAs">Its name as it was asked for: of one of several that a text stands for, its own.</param>
/// <param name="Request">What is counted, which may leave kernel mode out; null where the name means nothing.</param>
/// <param name="Refusal">Why it cannot be counted; null where it can.</param>
/// <param name="IsForMetric">Whether it was not asked for, but a metric needs it: it has no column of its own.</param>
internal sealed record PlannedEvent(string AskedAs, EventRequest? Request, PerfmonException? Refusal, bool IsForMetric = false)
{
    /// <summary>The name as it is counted.</summary>
    public string Name => Request?.Name ?? AskedAs;

    /// <summary>Whether it can be counted here.</summary>
    public bool IsCountable => Request is not null && Refusal is null;

    /// <summary>Whether kernel mode is left out although it was not asked to be.</summary>
    public bool LeavesKernelOut => Request is not null && Request.Name != AskedAs;
}
