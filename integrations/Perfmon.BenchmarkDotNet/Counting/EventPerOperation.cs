using Perfmon.BenchmarkDotNet.Planning;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>What an event did in one operation of a benchmark.</summary>
/// <param name="Event">The event.</param>
/// <param name="State">How the value was obtained.</param>
/// <param name="Value">In the event's unit, the harness's share taken off; 0 where it is none.</param>
/// <param name="HalfWidth">Half the width of the 95 % interval: 0 where it is exact, null where nothing is known of the error.</param>
/// <param name="Reason">Why it is none, or an estimate.</param>
/// <param name="HarnessPerIteration">What was taken off each iteration.</param>
internal sealed record EventPerOperation(
    PlannedEvent Event, CountState State, double Value, double? HalfWidth, string? Reason, double HarnessPerIteration)
{
    /// <summary>Whether the value is in nanoseconds.</summary>
    public bool IsTime => Event.Request is { Unit: "ns", Scale: 1 };
}
