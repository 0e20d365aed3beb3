using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace Perfmon.Host;

/// <summary>What the CPUs are: <c>/proc/cpuinfo</c>.</summary>
public sealed record CpuIdentity
{
    /// <summary>Who designed them.</summary>
    public CpuVendor Vendor { get; init; }

    /// <summary>x86: the family, extended part included; null elsewhere.</summary>
    public int? Family { get; init; }

    /// <summary>x86: the model, extended part included; null elsewhere.</summary>
    public int? Model { get; init; }

    /// <summary>x86: the stepping; null elsewhere.</summary>
    public int? Stepping { get; init; }

    /// <summary>The maker's name for it; null where cpuinfo gives none, as on Arm.</summary>
    public string? ModelName { get; init; }

    /// <summary>Arm: the kinds of core, in the order of their first CPU; more than one on big.LITTLE. Empty elsewhere.</summary>
    public IReadOnlyList<ArmCore> ArmCores { get; init; } = [];

    /// <summary>x86: whether the CPU says that it is a virtual one (flag <c>hypervisor</c>). Null elsewhere: it does not say.</summary>
    public bool? IsVirtualMachine { get; init; }

    /// <summary>AMD and Hygon: counters of a core, 6 with the flag <c>perfctr_core</c>, else 4. Null elsewhere.</summary>
    public int? AmdCoreCounters { get; init; }

    /// <summary>
    /// What the CPU on which the calling thread runs says of its counters (<see cref="ArchitecturalPerfmon"/>); null where it is no
    /// Intel x86 CPU, or has no such monitoring, as many virtual machines. The kinds of core of a hybrid CPU differ.
    /// </summary>
    public static ArchitecturalPerfmon? ReadArchitecturalPerfmon() =>
        X86Base.IsSupported ? ArchitecturalPerfmon.Read(leaf => X86Base.CpuId(leaf, 0)) : null;

    internal static CpuIdentity Read(HostReader reader)
    {
        var path = reader.Proc("cpuinfo");
        var blocks = KeyedLines.Blocks(reader.Text(path) ?? "").ToList();
        if (blocks.Exists(block => block.ContainsKey("CPU implementer")))
        {
            return new CpuIdentity { Vendor = CpuVendor.Arm, ArmCores = ReadArmCores(reader, path, blocks) };
        }

        var first = blocks.FirstOrDefault() ?? [];
        if (!first.TryGetValue("vendor_id", out var name))
        {
            return new CpuIdentity();
        }

        var vendor = name switch
        {
            "GenuineIntel" => CpuVendor.Intel,
            "AuthenticAMD" => CpuVendor.Amd,
            "HygonGenuine" => CpuVendor.Hygon,
            _ => CpuVendor.Other,
        };
        var flags = first.GetValueOrDefault("flags")?.Split(' ');
        return new CpuIdentity
        {
            Vendor = vendor,
            Family = Number(reader, path, first, "cpu family"),
            Model = Number(reader, path, first, "model"),
            Stepping = Number(reader, path, first, "stepping"),
            ModelName = first.GetValueOrDefault("model name"),
            IsVirtualMachine = flags?.Contains("hypervisor"),
            AmdCoreCounters = vendor is CpuVendor.Amd or CpuVendor.Hygon ? flags?.Contains("perfctr_core") == true ? 6 : 4 : null,
        };
    }

    private static List<ArmCore> ReadArmCores(HostReader reader, string path, List<Dictionary<string, string>> blocks)
    {
        var cpus = new Dictionary<ArmCore, List<int>>();
        foreach (var block in blocks)
        {
            if (Number(reader, path, block, "CPU implementer") is { } implementer && Number(reader, path, block, "CPU part") is { } part &&
                Number(reader, path, block, "CPU variant") is { } variant && Number(reader, path, block, "CPU revision") is { } revision &&
                Number(reader, path, block, "processor") is >= 0 and < CpuList.Limit and var cpu)
            {
                var core = new ArmCore(implementer, part, variant, revision, CpuList.Empty);
                cpus.TryAdd(core, []);
                cpus[core].Add(cpu);
            }
            else
            {
                reader.Report(path, "a CPU without number, implementer, part, variant and revision is left out");
            }
        }

        return [.. cpus.Select(kind => kind.Key with { Cpus = CpuList.Of([.. kind.Value]) })];
    }

    private static int? Number(HostReader reader, string path, Dictionary<string, string> block, string key)
    {
        if (!block.TryGetValue(key, out var text))
        {
            return null;
        }

        var isHexadecimal = text.StartsWith("0x", StringComparison.Ordinal);
        var style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (int.TryParse(isHexadecimal ? text.AsSpan(2) : text, style, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        // x86 says "unknown" where the CPU does not tell its stepping.
        if (text != "unknown")
        {
            reader.Report(path, $"'{key}' is {HostReader.Quote(text)}, which is not a number");
        }

        return null;
    }
}
