using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

/// <summary>
/// What a record tells: <c>enum perf_event_type</c>. Other numbers occur, from newer kernels and, from 64 on, in perf.data files; such
/// records stay raw.
/// </summary>
public enum RecordType : uint
{
    /// <summary>No kernel's.</summary>
    None = 0,

    /// <summary>A mapping of a file into a process: <see cref="MmapRecord"/>.</summary>
    Mmap = PerfRecordType.Mmap,

    /// <summary>Records that had no room in the ring: <see cref="LostRecord"/>.</summary>
    Lost = PerfRecordType.Lost,

    /// <summary>A thread's new name: <see cref="CommRecord"/>.</summary>
    Comm = PerfRecordType.Comm,

    /// <summary>The end of a thread: <see cref="TaskRecord"/>.</summary>
    Exit = PerfRecordType.Exit,

    /// <summary>An event held back because it overflowed too often: <see cref="ThrottleRecord"/>.</summary>
    Throttle = PerfRecordType.Throttle,

    /// <summary>The end of that: <see cref="ThrottleRecord"/>.</summary>
    Unthrottle = PerfRecordType.Unthrottle,

    /// <summary>The beginning of a thread: <see cref="TaskRecord"/>.</summary>
    Fork = PerfRecordType.Fork,

    /// <summary>An inherited event's count at the end of its thread: <see cref="ReadRecord"/>.</summary>
    Read = PerfRecordType.Read,

    /// <summary>An overflow: <see cref="SampleRecord"/>.</summary>
    Sample = PerfRecordType.Sample,

    /// <summary>A mapping with what identifies its file: <see cref="MmapRecord"/>.</summary>
    Mmap2 = PerfRecordType.Mmap2,

    /// <summary>New data in the AUX area: <see cref="AuxRecord"/>.</summary>
    Aux = PerfRecordType.Aux,

    /// <summary>The start of an instruction trace: <see cref="ItraceStartRecord"/>.</summary>
    ItraceStart = PerfRecordType.ItraceStart,

    /// <summary>Samples that the hardware dropped: <see cref="LostSamplesRecord"/>.</summary>
    LostSamples = PerfRecordType.LostSamples,

    /// <summary>A thread coming or going: <see cref="SwitchRecord"/>.</summary>
    Switch = PerfRecordType.Switch,

    /// <summary>The same on a CPU, with the other thread: <see cref="SwitchRecord"/>.</summary>
    SwitchCpuWide = PerfRecordType.SwitchCpuWide,

    /// <summary>A process's namespaces: <see cref="NamespacesRecord"/>.</summary>
    Namespaces = PerfRecordType.Namespaces,

    /// <summary>A symbol that the kernel got or lost: <see cref="KsymbolRecord"/>.</summary>
    Ksymbol = PerfRecordType.Ksymbol,

    /// <summary>A BPF program loaded or unloaded: <see cref="BpfEventRecord"/>.</summary>
    BpfEvent = PerfRecordType.BpfEvent,

    /// <summary>A cgroup's path: <see cref="CgroupRecord"/>.</summary>
    Cgroup = PerfRecordType.Cgroup,

    /// <summary>A change of the kernel's code: <see cref="TextPokeRecord"/>.</summary>
    TextPoke = PerfRecordType.TextPoke,

    /// <summary>What the hardware calls an event in AUX data: <see cref="AuxOutputHardwareIdRecord"/>.</summary>
    AuxOutputHardwareId = PerfRecordType.AuxOutputHwId,
}
