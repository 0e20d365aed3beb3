using Perfmon.Events;
using Perfmon.Instruments;
using Perfmon.Session;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tool.Stat;

/// <summary>A session on one target as a measurement reads it, whether its events count all the time or in sets that take turns.</summary>
internal abstract class CountingSession
{
    /// <summary>The session, to attach, start and stop it.</summary>
    public abstract EventSession Session { get; }

    /// <summary>The events as they are counted: some without kernel mode.</summary>
    public abstract IReadOnlyList<EventRequest> Events { get; }

    /// <summary>Whether kernel mode was left out of an event because this user may not count it.</summary>
    public abstract bool LeavesOutKernelMode { get; }

    public static CountingSession Create(StatRequest request) => request.Sets is { } sets ? new SetCounting(sets) : new PlainCounting(request);

    /// <summary>The counts so far.</summary>
    public abstract StatReading Read();

    /// <summary>The counts since the last call; the first call begins the first interval.</summary>
    public abstract StatReading ReadInterval();

    /// <summary>Publishes the session's counts as instruments.</summary>
    public abstract SessionInstruments Publish(InstrumentOptions options);

    protected static bool LeaveOutKernelMode(IEnumerable<EventRequest> asked, IEnumerable<EventRequest> counted) =>
        asked.Zip(counted).Any(pair => pair.First.HasExplicitPrivileges != pair.Second.HasExplicitPrivileges);
}
