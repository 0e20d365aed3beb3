using Perfmon.Events;

namespace Perfmon.Session;

/// <summary>An event and its count.</summary>
/// <param name="Event">What was asked for.</param>
/// <param name="Count">What was counted.</param>
/// <param name="Reason">Why the event was not counted, or is an estimate; null when it was counted all the time.</param>
public sealed record EventCount(EventRequest Event, Count Count, string? Reason)
{
    /// <summary>The event's name as it was written.</summary>
    public string Name => Event.Name;

    /// <summary>The value in the event's <see cref="EventRequest.Unit"/>.</summary>
    public double ScaledValue => Count.Value * Event.Scale;

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
