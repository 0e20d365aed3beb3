using Perfmon.Host;
using Perfmon.Tests.Host;

namespace Perfmon.Tests.Events;

/// <summary>Machines that event names are tried on.</summary>
internal static class EventMachines
{
    public const string TraceEvents = "sys/kernel/tracing/events";

    /// <summary>A server: one kind of core, uncore PMUs, power, probes, tracepoints.</summary>
    public static FakeHost Server() => Virtual()
        .Pmu(
            "cpu", 4,
            ("format/event", "config:0-7"), ("format/umask", "config:8-15"), ("format/edge", "config:18"), ("format/inv", "config:23"),
            ("format/cmask", "config:24-31"), ("format/ldlat", "config1:0-15"), ("format/offcore_rsp", "config1:0-63"),
            ("format/split", "config2:0-3,60-63"),
            ("events/cpu-cycles", "event=0x3c"), ("events/mem-loads", "event=0xcd,umask=0x1,ldlat=3"),
            ("events/slots", "event=0x00,umask=0x4"),
            ("events/broken", "event=0x1,nothing=2"), ("events/chip", "event=0x10,umask=?"))
        .Pmu("power", 20, ("format/event", "config:0-7"), ("events/energy-pkg", "event=0x02"), ("events/energy-pkg.unit", "Joules"),
            ("events/energy-pkg.scale", "2.3283064365386962890625e-10"), ("cpumask", "0"))
        .Pmu("uncore_imc_0", 30, ("format/event", "config:0-7"), ("events/reads", "event=0x04"), ("cpumask", "0,8"))
        .Pmu("uncore_imc_1", 31, ("format/event", "config:0-7"), ("events/reads", "event=0x04"), ("cpumask", "0,8"))
        .Pmu("uncore_imc_free", 32, ("format/event", "config:0-7"), ("cpumask", "0,8"))
        .Pmu("kprobe", 6, ("format/retprobe", "config:0"))
        .Pmu("uprobe", 7, ("format/retprobe", "config:0"), ("format/ref_ctr_offset", "config:32-63"));

    /// <summary>Two kinds of cores.</summary>
    public static FakeHost Hybrid() => Virtual()
        .Pmu("cpu_core", 4, ("cpus", "0-3"), ("format/event", "config:0-7"), ("events/slots", "event=0x00"))
        .Pmu("cpu_atom", 10, ("cpus", "4-7"), ("format/event", "config:0-7"));

    /// <summary>An Arm machine whose PMU implements two of the common events and one of its maker's.</summary>
    public static FakeHost Arm() => Virtual()
        .File("proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n")
        .File("proc/sys/kernel/osrelease", "6.12.95")
        .Pmu(
            "armv8_pmuv3_0", 12,
            ("cpus", "0"), ("format/event", "config:0-15"), ("format/long", "config1:0"), ("format/rdpmc", "config1:1"),
            ("events/cpu_cycles", "event=0x0011"), ("events/inst_retired", "event=0x0008"));

    /// <summary>A virtual machine: no core PMU.</summary>
    public static FakeHost Virtual() => new FakeHost()
        .Pmu("software", 1).Pmu("tracepoint", 2).Pmu("breakpoint", 5)
        .Pmu("msr", 9, ("format/event", "config:0-63"), ("events/tsc", "event=0x00"))
        .File($"{TraceEvents}/sched/sched_switch/id", "316")
        .File($"{TraceEvents}/sched/sched_wakeup/id", "318")
        .File($"{TraceEvents}/syscalls/sys_enter_read/id", "700")
        .File($"{TraceEvents}/syscalls/sys_enter_write/id", "699")
        .File($"{TraceEvents}/syscalls/sys_exit_read/id", "701")
        .File($"{TraceEvents}/ftrace/bprint/format", "");
}

/// <summary>A machine for all tests of a class.</summary>
public abstract class EventMachine(FakeHost files) : IDisposable
{
    public HostDescription Description { get; } = files.Read();

    public void Dispose()
    {
        files.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class ServerMachine() : EventMachine(EventMachines.Server());

public sealed class HybridMachine() : EventMachine(EventMachines.Hybrid());

public sealed class VirtualMachine() : EventMachine(EventMachines.Virtual());

public sealed class ArmMachine() : EventMachine(EventMachines.Arm());
