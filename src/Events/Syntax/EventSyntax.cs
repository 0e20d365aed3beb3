namespace Perfmon.Events.Syntax;

/// <summary>One event as it is written, before anybody knows what its name means.</summary>
internal sealed record EventSyntax
{
    /// <summary>All of it, without the modifiers of its group.</summary>
    public required SourceText Whole { get; init; }

    /// <summary>The part up to the modifiers.</summary>
    public required SourceText Body { get; init; }

    /// <summary>What stands before the first slash or colon; <c>::</c> belongs to a name.</summary>
    public required SourceText Name { get; init; }

    /// <summary>The terms between the slashes; null for an event without slashes.</summary>
    public IReadOnlyList<EventTerm>? Terms { get; init; }

    /// <summary>The parts after colons that are no modifiers.</summary>
    public IReadOnlyList<SourceText> Parts { get; init; } = [];

    /// <summary>The event's own modifiers together with those of its group.</summary>
    public EventModifiers Modifiers { get; init; } = EventModifiers.None;

    /// <summary>The index of the group in the text; -1 outside groups.</summary>
    public int Group { get; init; } = -1;

    /// <summary>Whether it is a bare name with nothing but modifiers behind it.</summary>
    public bool IsPlain => Terms is null && Parts.Count == 0;
}
