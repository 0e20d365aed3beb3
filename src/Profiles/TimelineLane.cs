namespace Perfmon.Profiles;

/// <summary>One event in one thread of a <see cref="SampleTimeline"/>.</summary>
internal sealed class TimelineLane(int profileEvent, ProfileThread thread)
{
    public int Event => profileEvent;

    public ProfileThread Thread => thread;

    public SpoolLane Spool { get; } = new();

    public EventTotal Total { get; set; }

    public long LastTime { get; set; } = long.MinValue;
}
