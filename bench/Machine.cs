using System.Runtime.InteropServices;
using Perfmon.Host;

namespace Perfmon.Bench;

/// <summary>The machine that figures were measured on.</summary>
internal static class Machine
{
    public static string Description
    {
        get
        {
            var host = HostDescription.Current;
            var pmu = host.Pmus.CorePmus is [var core, ..] ? $"hardware PMU {core.Name}" : "no hardware PMU";
            var machine = host.Cpu.IsVirtualMachine == true ? "virtual CPUs" : "CPUs";
            return $"{host.Cpu.ModelName ?? $"{host.Cpu.Vendor}"} family {host.Cpu.Family} model {host.Cpu.Model}, {Environment.ProcessorCount} {machine}, {pmu}; "
                + $"Linux {host.Kernel.Major}.{host.Kernel.Minor} {RuntimeInformation.ProcessArchitecture}; {RuntimeInformation.FrameworkDescription}";
        }
    }
}
