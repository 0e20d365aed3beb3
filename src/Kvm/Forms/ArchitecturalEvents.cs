using Perfmon.Host;
using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Forms;

/// <summary>
/// Events that all CPUs of a vendor have had under one number for long, by the names that perf gives them: Intel's architectural events (SDM volume 3, chapter on performance
/// monitoring), AMD's that are the same from family 15h to Zen, and the common events of Arm's PMUv3.
/// </summary>
public static class ArchitecturalEvents
{
    private static readonly Dictionary<string, GuestEvent> s_intel = new()
    {
        ["cycles"] = GuestEvent.Programmable(0x3c, 0x00),
        ["ref-cycles"] = GuestEvent.Programmable(0x3c, 0x01),
        ["instructions"] = GuestEvent.Programmable(0xc0, 0x00),
        ["cache-references"] = GuestEvent.Programmable(0x2e, 0x4f),
        ["cache-misses"] = GuestEvent.Programmable(0x2e, 0x41),
        ["branches"] = GuestEvent.Programmable(0xc4, 0x00),
        ["branch-misses"] = GuestEvent.Programmable(0xc5, 0x00),
        ["slots"] = GuestEvent.Programmable(0xa4, 0x01),
    };

    private static readonly Dictionary<string, GuestEvent> s_amd = new()
    {
        ["cycles"] = GuestEvent.Programmable(0x76, 0x00),
        ["instructions"] = GuestEvent.Programmable(0xc0, 0x00),
        ["branches"] = GuestEvent.Programmable(0xc2, 0x00),
        ["branch-misses"] = GuestEvent.Programmable(0xc3, 0x00),
    };

    private static readonly Dictionary<string, GuestEvent> s_arm = new()
    {
        ["cycles"] = GuestEvent.Arm(0x11),
        ["instructions"] = GuestEvent.Arm(0x08),
        ["cache-references"] = GuestEvent.Arm(0x04),
        ["cache-misses"] = GuestEvent.Arm(0x03),
        ["branches"] = GuestEvent.Arm(0x21),
        ["branch-misses"] = GuestEvent.Arm(0x10),
        ["bus-cycles"] = GuestEvent.Arm(0x1d),
    };

    private static readonly Dictionary<string, string> s_otherNames = new() { ["cpu-cycles"] = "cycles", ["branch-instructions"] = "branches" };

    /// <summary>The names of the events of <paramref name="vendor"/>.</summary>
    public static IReadOnlyCollection<string> Names(CpuVendor vendor) => Events(vendor).Keys;

    /// <summary>The event called <paramref name="name"/>; null where <paramref name="vendor"/> has none of that name.</summary>
    public static GuestEvent? Find(string name, CpuVendor vendor)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Events(vendor).TryGetValue(s_otherNames.GetValueOrDefault(name, name), out var found) ? found : null;
    }

    private static Dictionary<string, GuestEvent> Events(CpuVendor vendor) => vendor switch
    {
        CpuVendor.Intel => s_intel,
        CpuVendor.Amd or CpuVendor.Hygon => s_amd,
        CpuVendor.Arm => s_arm,
        _ => [],
    };
}
