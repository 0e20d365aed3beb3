using System.Runtime.CompilerServices;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>Which hardware registers a machine has: the model of its PMU, where it has one that user space can reach.</summary>
public static class HardwareModels
{
    // What an Armv8 PMU has at most, for users who may open no event to find out.
    private const int MostArmCounters = 31;
    private const int WidestArmCounter = 64;

    // Every session asks for the map, and a description never changes.
    private static readonly ConditionalWeakTable<HostDescription, RegisterMap> s_maps = [];

    /// <summary>The machine's registers: those of its core PMU, if sysfs shows one, and the virtual ones.</summary>
    public static RegisterMap Map(HostDescription host) => Map(host, LinuxKernel.Instance);

    internal static RegisterMap Map(HostDescription host, IPerfKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(host);
        return s_maps.TryGetValue(host, out var known) ? known : s_maps.GetValue(host, one => new RegisterMap(Find(one, kernel)));
    }

    private static PmuModel? Find(HostDescription host, IPerfKernel kernel)
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
                var (counters, width) = ArmPmuProbe.Find(kernel, pmu.Type) ?? (MostArmCounters, WidestArmCounter);
                return new Armv8PmuV3Model(counters, pmu.Type, width);
            default:
                return null;
        }
    }
}
