using System.Globalization;
using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>When a process was started.</summary>
internal static class ProcessStart
{
    private const int StartTime = 22;
    private const double TicksPerSecond = 100; // USER_HZ

    /// <summary>In UTC, by the second; null where procfs does not say.</summary>
    public static DateTime? Of(HostRoots roots, int pid) =>
        double.TryParse(ProcessStat.Field(roots, pid, StartTime), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ProcessStat.BootTime(roots) is { } boot
            ? boot.UtcDateTime.AddSeconds(ticks / TicksPerSecond)
            : null;
}
