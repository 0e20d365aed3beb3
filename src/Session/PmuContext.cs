using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// Which events the kernel can put into one group. Software events, tracepoints, breakpoints, probes and msr share a context with
/// room for any number; each hardware PMU has one of its own, with few counters.
/// </summary>
/// <param name="Key">Events with the same key can share a group.</param>
/// <param name="IsScarce">Whether its counters can run out.</param>
/// <param name="Name">The PMU's name, for messages.</param>
internal readonly record struct PmuContext(ulong Key, bool IsScarce, string Name)
{
    private const ulong SoftwareKey = ulong.MaxValue;

    public static PmuContext Of(in EventSelection selection, PmuDirectory pmus)
    {
        switch (selection.Type)
        {
            case EventType.Software:
                return Software("software");
            case EventType.Tracepoint:
                return Software("tracepoint");
            case EventType.Breakpoint:
                return Software("breakpoint");
            case EventType.Hardware or EventType.HardwareCache:
                // On hybrid CPUs the upper half names the core PMU; 0 leaves the choice to the kernel.
                var type = (uint)(selection.Config >> 32);
                return new PmuContext(type == 0 ? EventType.Raw : type, true, pmus.FindByType(type == 0 ? EventType.Raw : type)?.Name ?? "cpu");
            default:
                var pmu = pmus.FindByType(selection.Type);
                return pmu?.Name is "msr" or "kprobe" or "uprobe"
                    ? Software(pmu.Name)
                    : new PmuContext(selection.Type, true, pmu?.Name ?? (selection.Type == EventType.Raw ? "cpu" : $"PMU type {selection.Type}"));
        }
    }

    private static PmuContext Software(string name) => new(SoftwareKey, false, name);
}
