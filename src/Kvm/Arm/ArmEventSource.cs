using Perfmon.Host;

namespace Perfmon.Kvm.Arm;

/// <summary>
/// A folder of sysfs's <c>bus/event_source/devices</c> with what the choice of a back end looks at. KVM counts for a guest with a source
/// that has both files <c>type</c> and <c>cpus</c>: the kernel's arm_pmu drivers give them to the PMU of each kind of core.
/// </summary>
public sealed record ArmEventSource
{
    /// <summary>The folder's name, such as <c>armv8_cortex_a72</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Where the folder's symbolic link points, as it is written there. Unlike the order of the folders it does not depend on which driver
    /// came first. The name itself where the folder is no link, as in a copy.
    /// </summary>
    public required string LinkTarget { get; init; }

    /// <summary><c>perf_event_attr.type</c>, which KVM_ARM_VCPU_PMU_V3_SET_PMU takes; null where the file is missing or wrong.</summary>
    public uint? Type { get; init; }

    /// <summary>The CPUs that the source counts on; null where the file is missing or wrong.</summary>
    public CpuList? Cpus { get; init; }

    /// <summary>The wrong part of a file that could not be read: its name and the fault; null where there is none.</summary>
    public string? Problem { get; init; }

    internal static ArmEventSource Read(HostRoots roots, string folder)
    {
        var reader = new HostReader(roots);
        var type = reader.Number<uint>(Path.Combine(folder, "type"));
        var cpus = reader.Cpus(Path.Combine(folder, "cpus"));
        var name = Path.GetFileName(folder);
        return new ArmEventSource
        {
            Name = name,
            LinkTarget = new DirectoryInfo(folder).LinkTarget ?? name,
            Type = type,
            Cpus = cpus,
            Problem = reader.Problems is [var first, ..] ? first[(folder.Length + 1)..] : null,
        };
    }
}
