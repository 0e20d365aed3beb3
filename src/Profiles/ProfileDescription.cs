namespace Perfmon.Profiles;

/// <summary>What is known of a profile before its first sample.</summary>
public sealed record ProfileDescription
{
    /// <summary>The events that were sampled; samples refer to them by their index.</summary>
    public required IReadOnlyList<ProfileEvent> Events { get; init; }

    /// <summary>What was profiled, in a few words: the command, or <c>process 4711</c>.</summary>
    public string Title { get; init; } = "profile";

    /// <summary>When the first sample was taken; the clock of <see cref="ProfileSample.Time"/> need not be the time of day. Null where unknown.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>The program that made the profile, for the formats that name it.</summary>
    public string Producer { get; init; } = "Perfmon";
}
