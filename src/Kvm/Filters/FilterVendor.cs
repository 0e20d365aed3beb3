using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>Whose event selects a machine's KVM goes by.</summary>
public static class FilterVendor
{
    /// <summary>
    /// The vendor whose rules the KVM of <paramref name="host"/> has for filters. It is the CPU's, unless KVM runs without the CPU's virtualization, by the module kvm_pvm: that
    /// takes selects of 8 bits, Intel's, on any CPU (seen on Linux 6.18 on AMD).
    /// </summary>
    public static CpuVendor Of(HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(host);
        bool Loaded(string module) => Directory.Exists(Path.Join(host.Roots.Sys, "module", module));
        return host.Cpu.Vendor is CpuVendor.Amd or CpuVendor.Hygon && Loaded("kvm_pvm") && !Loaded("kvm_amd") ? CpuVendor.Intel : host.Cpu.Vendor;
    }
}
