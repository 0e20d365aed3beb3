using System.Runtime.CompilerServices;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>Which hardware registers a machine has: the model of its PMU, where it has one that user space can reach.</summary>
public static class HardwareModels
{
    // What an Armv8 PMU has at most; how many of them are there cannot be read from sysfs.
    private const int MostArmCounters = 31;

    // Every session asks for the map, and a description never changes.
    private static readonly ConditionalWeakTable<HostDescription, RegisterMap> s_maps = [];

    /// <summary>The machine's registers: those of its core PMU, if sysfs shows one, and the virtual ones.</summary>
    public static RegisterMap Map(HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return s_maps.GetValue(host, static host => new RegisterMap(Find(host)));
    }

    private static PmuModel? Find(HostDescription host)
    {
        // On hybrid CPUs the registers are those of the first core type; the others are reached through the virtual registers.
        if (host.Pmus.CorePmus is not [var pmu, ..])
        {
            return null;
        }

        var cpu = host.Cpu;
        switch (cpu.Vendor)
        {
            case CpuVendor.Intel when CpuIdentity.ReadArchitecturalPerfmon() is { } perfmon:
                return new IntelArchitecturalModel(
                    perfmon.GenericCounters, perfmon.GenericWidth, perfmon.FixedCounters, perfmon.FixedWidth, pmu.Type);
            case CpuVendor.Amd or CpuVendor.Hygon:
                return new Amd64Model(cpu.AmdCoreCounters ?? 4, eventType: pmu.Type);
            case CpuVendor.Arm:
                return new Armv8PmuV3Model(MostArmCounters, pmu.Type);
            default:
                return null;
        }
    }
}
