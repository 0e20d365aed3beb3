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

    /// <summary>
    /// Whether the kernel looks at a stopped leader when it checks that a group fits. The arm_pmu drivers do not, so that a group with
    /// one member too many can be opened, and then never counts.
    /// </summary>
    public bool ChecksStoppedLeader { get; private init; }

    /// <summary>What an event's <c>config1</c> must say for user space to read its counter (the format term <c>rdpmc</c>).</summary>
    public ulong UserReadBits { get; private init; }

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
                return Core(type == 0 ? EventType.Raw : type, pmus);
            case EventType.Raw:
                return Core(EventType.Raw, pmus);
            default:
                var pmu = pmus.FindByType(selection.Type);
                return pmu?.Name is "msr" or "kprobe" or "uprobe"
                    ? Software(pmu.Name)
                    : Of(pmu, selection.Type, $"PMU type {selection.Type}");
        }
    }

    // x86 gives its only core PMU the type of raw events. Arm's has a number of its own, and takes the raw and generic types too.
    private static PmuContext Core(uint type, PmuDirectory pmus) =>
        Of(pmus.FindByType(type) ?? (pmus.CorePmus is [var only] ? only : null), type, "cpu");

    private static PmuContext Of(Pmu? pmu, uint type, string name) => new(pmu?.Type ?? type, IsScarce: true, pmu?.Name ?? name)
    {
        ChecksStoppedLeader = pmu?.IsArm != true,
        UserReadBits = pmu?.Formats.GetValueOrDefault("rdpmc") is { Field: PmuFormatField.Config1 } term && term.TryScatter(1, out var bits) ? bits : 0,
    };

    private static PmuContext Software(string name) => new(SoftwareKey, IsScarce: false, name) { ChecksStoppedLeader = true };
}
