using Perfmon.Diagnostics;
using Perfmon.Events;

namespace Perfmon.Session;

/// <summary>An event and its count.</summary>
/// <param name="Event">What was asked for.</param>
/// <param name="Count">What was counted.</param>
/// <param name="Refusal">Why this machine does not count the event at all (<see cref="UnsupportedEvents.Skip"/>); null when it does.</param>
public sealed record EventCount(EventRequest Event, Count Count, PerfmonException? Refusal = null)
{
    /// <summary>How far an estimate can be believed; null where nothing is known of that, and for counts that are none.</summary>
    public CountInterval? Interval { get; init; }

    /// <summary>Whether it was not counted because its event set had no turn while the target ran.</summary>
    public bool LacksTurn { get; init; }

    /// <summary>The event's name as it was written.</summary>
    public string Name => Event.Name;

    /// <summary>The value in the event's <see cref="EventRequest.Unit"/>.</summary>
    public double ScaledValue => Count.Value * Event.Scale;

    /// <summary>
    /// Whether it was not counted because it never got a counter; <see cref="CounterBudget.Probe()"/> tells who may hold them.
    /// </summary>
    public bool LacksCounter => Count is { State: CountState.NotCounted, TimeEnabled: > 0 } && !LacksTurn && Refusal is null && Event.Futility is null;

    /// <summary>Why the event was not counted, or is an estimate; null when it was counted all the time.</summary>
    public string? Reason => Count.State switch
    {
        CountState.Counted => null,
        CountState.Estimated => $"counted {Count.ShareOfTime:P1} of the time",
        _ when LacksCounter => "no counter was free for it: too many events at once, or others hold the PMU's counters",
        _ => Refusal?.Message ?? Event.Futility ?? (LacksTurn ? "its event set had no turn" : "the target did not run while monitoring was on"),
    };

    /// <summary>What was counted since an earlier reading, as <see cref="Count.Since"/>. Of an estimate's difference no interval is known.</summary>
    public EventCount Since(EventCount earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return this with { Count = Count.Since(earlier.Count), Interval = null };
    }

    /// <summary>The sum over two targets, as <see cref="Count.Plus"/>.</summary>
    public EventCount Plus(EventCount other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var sum = Count.Plus(other.Count);
        return this with
        {
            Count = sum,
            Refusal = Refusal ?? other.Refusal,
            Interval = CountInterval.Sum(this, other, sum),
            LacksTurn = (LacksTurn || other.LacksTurn) && sum.State == CountState.NotCounted,
        };
    }

    /// <summary>The name, the count with its unit, and the reason if there is one.</summary>
    public override string ToString()
    {
        var value = Count.State == CountState.NotCounted ? "not counted"
            : Event.Scale == 1 ? $"{Count.Value:N0}"
            : $"{ScaledValue:N2}";
        var unit = Event.Unit is null || Count.State == CountState.NotCounted ? "" : $" {Event.Unit}";
        return Reason is null ? $"{Name}: {value}{unit}" : $"{Name}: {value}{unit} ({Reason})";
    }
}
