using System.Diagnostics.CodeAnalysis;

namespace Perfmon.Events;

/// <summary>What a text of event names means on a machine: its events, or what is wrong with it.</summary>
public sealed class EventParseResult
{
    internal EventParseResult(IReadOnlyList<EventRequest> events) => Events = events;

    internal EventParseResult(EventSyntaxError error)
    {
        Events = [];
        Error = error;
    }

    /// <summary>The events in the order of the text; none where there is an error.</summary>
    public IReadOnlyList<EventRequest> Events { get; }

    /// <summary>The first thing that is wrong; null where the text is in order.</summary>
    public EventSyntaxError? Error { get; }

    /// <summary>Whether the text is in order.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;
}
