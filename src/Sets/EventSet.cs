using Perfmon.Events;
using Perfmon.Host;

namespace Perfmon.Sets;

/// <summary>A set of events that count at the same time, when it is the set's turn: perfmon's event set, by names.</summary>
/// <param name="Events">The events; more than the machine counts at once are refused at the attach.</param>
/// <param name="Switch">When it gives way; null for what its session says.</param>
public sealed record EventSet(IReadOnlyList<EventRequest> Events, SetSwitch? Switch = null)
{
    /// <summary>A set of events named as in perf.</summary>
    /// <exception cref="Diagnostics.PerfmonException">A name is wrong; the message shows where.</exception>
    public static EventSet Of(string events, SetSwitch? @switch = null) => new(EventParser.ParseOrThrow(events, HostDescription.Current), @switch);
}
