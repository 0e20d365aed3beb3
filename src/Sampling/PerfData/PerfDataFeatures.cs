using System.Globalization;
using System.Runtime.InteropServices;
using Perfmon.Host;

namespace Perfmon.Sampling.PerfData;

/// <summary>What a perf.data file says of the machine and the recording: <c>HEADER_*</c> of perf. What it does not say is null or empty.</summary>
public sealed record PerfDataFeatures
{
    /// <summary>The machine's name: <c>uname -n</c>.</summary>
    public string? HostName { get; init; }

    /// <summary>The kernel: <c>uname -r</c>.</summary>
    public string? OsRelease { get; init; }

    /// <summary>The version of what wrote the file.</summary>
    public string? Version { get; init; }

    /// <summary>The architecture: <c>uname -m</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>CPUs that were online.</summary>
    public int? OnlineCpus { get; init; }

    /// <summary>CPUs that there were.</summary>
    public int? AvailableCpus { get; init; }

    /// <summary>The CPU's name.</summary>
    public string? CpuDescription { get; init; }

    /// <summary>The CPU's exact type; on x86 vendor, family, model and stepping: <c>GenuineIntel,6,69,1</c>.</summary>
    public string? CpuId { get; init; }

    /// <summary>The machine's memory, in KiB.</summary>
    public ulong? TotalMemory { get; init; }

    /// <summary>The command line of what wrote the file.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = [];

    /// <summary>The build ids of files that samples are in.</summary>
    public IReadOnlyList<PerfDataBuildId> BuildIds { get; init; } = [];

    /// <summary>When the first sample was, in nanoseconds of the events' clock.</summary>
    public ulong? FirstSample { get; init; }

    /// <summary>When the last sample was.</summary>
    public ulong? LastSample { get; init; }

    /// <summary>Those of the running machine.</summary>
    /// <param name="version">The version of what writes the file.</param>
    /// <param name="commandLine">Its command line.</param>
    public static PerfDataFeatures OfThisMachine(string version, params IReadOnlyList<string> commandLine)
    {
        var host = HostDescription.Current;
        return new PerfDataFeatures
        {
            HostName = Environment.MachineName,
            OsRelease = host.Kernel.Text,
            Version = version,
            Architecture = RuntimeInformation.OSArchitecture switch
            {
                System.Runtime.InteropServices.Architecture.X64 => "x86_64",
                System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
                var other => $"{other}",
            },
            OnlineCpus = host.Cpus.Online.Count,
            AvailableCpus = host.Cpus.Possible.Count,
            CpuDescription = host.Cpu.ModelName,
            CpuId = CpuIdOf(host.Cpu),
            TotalMemory = MemoryOf(host.Roots),
            CommandLine = commandLine,
        };
    }

    // MemTotal:       24684092 kB
    private static ulong? MemoryOf(HostRoots roots) =>
        new HostReader(roots).Text(Path.Combine(roots.Proc, "meminfo"))?.Split('\n').FirstOrDefault(line => line.StartsWith("MemTotal:", StringComparison.Ordinal)) is { } line
        && ulong.TryParse(line.AsSpan("MemTotal:".Length).TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture, out var kibibytes) ? kibibytes : null;

    private static string? CpuIdOf(CpuIdentity cpu)
    {
        var vendor = cpu.Vendor switch
        {
            CpuVendor.Intel => "GenuineIntel",
            CpuVendor.Amd => "AuthenticAMD",
            _ => null,
        };
        return vendor is null ? null : $"{vendor},{cpu.Family},{cpu.Model},{cpu.Stepping}";
    }
}

/// <summary>Which build of a file it was.</summary>
/// <param name="FileName">The file's path, or <c>[kernel.kallsyms]</c>.</param>
/// <param name="BuildId">The build id, in hexadecimal digits.</param>
/// <param name="IsKernel">Whether it is the kernel or a module of it.</param>
public sealed record PerfDataBuildId(string FileName, string BuildId, bool IsKernel = false);
