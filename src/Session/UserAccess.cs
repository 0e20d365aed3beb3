using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>How a group's counters are read from user space, where that was asked for.</summary>
/// <param name="Reader">The managed number of the thread that is counted: the only one that can.</param>
/// <param name="Pages">The mapped pages of its events; null where they could not be mapped.</param>
/// <param name="MappingError">What <c>mmap(2)</c> answered.</param>
internal sealed record UserAccess(int Reader, EventPages? Pages, Errno MappingError)
{
    /// <summary>Why not all counters of a set that are on a PMU can be read from user space, and what to do; null where they can.</summary>
    public static string? Obstacle(SessionOptions options, SetCounters counters, HostDescription host)
    {
        if (options.UserSpaceReads == UserSpaceReads.Never)
        {
            return "The session was not asked to. Ask it:  new SessionOptions { UserSpaceReads = UserSpaceReads.WhenPossible }";
        }

        var groups = counters.Groups.Where(group => group.Counters[0].Context.IsScarce).ToList();
        var accesses = groups.OfType<SteadyGroup>().Select(group => group.UserAccess).OfType<UserAccess>().ToList();
        var error = accesses.Find(access => access.MappingError != Errno.None)?.MappingError;
        return groups.Count == 0 ? "These events are counted by the kernel, not by a counter of the CPU."
            : accesses.Count < groups.Count ? "Only a thread that counts itself can read its counters. Attach it to Target.CallingThread."
            : !UserReadLibrary.IsAvailable ? $"{UserReadLibrary.FileName} is not beside the application. Build it with a C compiler:  sudo apt-get install gcc libc6-dev"
            : error is not null ? $"mmap: {error}. The pages count as locked memory. Raise the limit:  sudo sysctl kernel.perf_event_mlock_kb=NUMBER"
            : accesses.TrueForAll(access => access.Pages!.AreReadable) ? ForbiddenBySetting(groups, host)
            : "The kernel does not let user space read this PMU. On x86:  echo 1 | sudo tee /sys/bus/event_source/devices/cpu/rdpmc";
    }

    // Read anew: the setting may have changed since the machine was described.
    private static string? ForbiddenBySetting(List<EventGroup> groups, HostDescription host) =>
        groups.Exists(group => group.Counters[0].Context.UserReadBits != 0) && HostDescription.Read(host.Roots).Settings.PerfUserAccess == 0
            ? "kernel.perf_user_access is 0. Allow it:  sudo sysctl kernel.perf_user_access=1"
            : null;
}
