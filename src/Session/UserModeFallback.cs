using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// Leaves kernel mode out of events where this user may not count it (<c>kernel.perf_event_paranoid</c> above 1). Events whose
/// modes were written stay as they are, and so do those that cannot leave a mode out. The changed events show it: their names end in <c>:u</c>.
/// </summary>
internal static class UserModeFallback
{
    public static IReadOnlyList<EventRequest> Apply(IReadOnlyList<EventRequest> events, HostDescription host) =>
        host.User.MayMonitorAll || host.Settings.PerfEventParanoid is not > 1
            ? events
            : [.. events.Select(request => request.HasExplicitPrivileges || !request.CanExclude ? request : InUserMode(request, host))];

    // Read again with the modifier, so that what the parser has to say of it is said.
    private static EventRequest InUserMode(EventRequest request, HostDescription host)
    {
        var read = EventParser.Parse($"{request.Name}:u", host);
        return read.IsSuccess && read.Events is [var one]
            ? one with { Group = request.Group, Period = request.Period, Cpus = request.Cpus }
            : request with
            {
                Name = $"{request.Name}:u",
                Selection = request.Selection with { Exclude = request.Selection.Exclude | Exclusions.Kernel | Exclusions.Hypervisor },
            };
    }
}
