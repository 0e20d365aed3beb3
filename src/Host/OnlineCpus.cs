namespace Perfmon.Host;

/// <summary>Which CPUs there are: sysfs's <c>devices/system/cpu</c>.</summary>
/// <param name="Online">Those that run now; only these can be measured. Empty where the file is missing.</param>
/// <param name="Possible">Those that could ever be plugged in. Empty where the file is missing.</param>
public sealed record OnlineCpus(CpuList Online, CpuList Possible)
{
    internal static OnlineCpus Read(HostReader reader) =>
        new(reader.Cpus(reader.Sys("devices/system/cpu/online")) ?? CpuList.Empty,
            reader.Cpus(reader.Sys("devices/system/cpu/possible")) ?? CpuList.Empty);
}
