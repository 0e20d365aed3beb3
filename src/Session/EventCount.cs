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

    /// <summary>The name and the count.</summary>
    public override string ToString() => Reason is null ? $"{Name}: {Count}" : $"{Name}: {Count} ({Reason})";
}
