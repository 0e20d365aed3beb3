using Perfmon.Host;

namespace Perfmon.Kvm.Arm;

/// <summary>The part of a host that its Arm PMU back end depends on.</summary>
/// <param name="Sources">Every event source, in no particular order.</param>
/// <param name="PossibleCpus">The CPUs that could ever be plugged in; empty where the host does not say.</param>
public sealed record ArmPmuHost(IReadOnlyList<ArmEventSource> Sources, CpuList PossibleCpus)
{
    /// <summary>
    /// Reads <c>bus/event_source/devices</c> and <c>devices/system/cpu/possible</c> below <see cref="HostRoots.Sys"/>. Does not throw for what
    /// files hold or lack: it is absent, and <see cref="ArmEventSource.Problem"/> says so.
    /// </summary>
    public static ArmPmuHost Read(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var reader = new HostReader(roots);
        var devices = reader.Sys("bus/event_source/devices");
        return new ArmPmuHost(
            [.. reader.Folders(devices).Select(name => ArmEventSource.Read(roots, Path.Combine(devices, name)))],
            reader.Cpus(reader.Sys("devices/system/cpu/possible")) ?? CpuList.Empty);
    }
}
