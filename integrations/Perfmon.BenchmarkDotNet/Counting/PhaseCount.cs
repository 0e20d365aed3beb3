using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>The count of an event in a phase, in the event's own unit.</summary>
/// <param name="Name">The event.</param>
/// <param name="State">How the value was obtained.</param>
/// <param name="Value">The count, 0 where it is none.</param>
/// <param name="StandardError">0 where it is exact, null where nothing is known of the error.</param>
/// <param name="Reason">Why it is none, or an estimate.</param>
internal sealed record PhaseCount(string Name, CountState State, ulong Value, double? StandardError, string? Reason)
{
    public static PhaseCount Of(EventCount count) => new(
        count.Name,
        count.Count.State,
        count.Count.Value,
        count.Count.State == CountState.Counted ? 0 : count.Interval?.StandardError,
        count.Reason);
}
