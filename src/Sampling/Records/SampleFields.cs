using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

/// <summary>What a sample carries: <c>enum perf_event_sample_format</c>, of <c>perf_event_attr.sample_type</c>.</summary>
[Flags]
public enum SampleFields : ulong
{
    /// <summary>Nothing but the header.</summary>
    None = 0,

    /// <summary><see cref="SampleRecord.Ip"/>.</summary>
    Ip = PerfSampleFormat.Ip,

    /// <summary><see cref="SampleRecord.Pid"/> and <see cref="SampleRecord.Tid"/>.</summary>
    Tid = PerfSampleFormat.Tid,

    /// <summary><see cref="SampleRecord.Time"/>.</summary>
    Time = PerfSampleFormat.Time,

    /// <summary><see cref="SampleRecord.Address"/>.</summary>
    Address = PerfSampleFormat.Addr,

    /// <summary><see cref="SampleRecord.TryGetCounters"/>.</summary>
    Read = PerfSampleFormat.Read,

    /// <summary><see cref="SampleRecord.Callchain"/>.</summary>
    Callchain = PerfSampleFormat.Callchain,

    /// <summary><see cref="SampleRecord.Id"/>, somewhere before the period.</summary>
    Id = PerfSampleFormat.Id,

    /// <summary><see cref="SampleRecord.Cpu"/>.</summary>
    Cpu = PerfSampleFormat.Cpu,

    /// <summary><see cref="SampleRecord.Period"/>.</summary>
    Period = PerfSampleFormat.Period,

    /// <summary><see cref="SampleRecord.StreamId"/>.</summary>
    StreamId = PerfSampleFormat.StreamId,

    /// <summary><see cref="SampleRecord.Raw"/>.</summary>
    Raw = PerfSampleFormat.Raw,

    /// <summary><see cref="SampleRecord.Branches"/>.</summary>
    BranchStack = PerfSampleFormat.BranchStack,

    /// <summary><see cref="SampleRecord.UserRegisters"/>.</summary>
    UserRegisters = PerfSampleFormat.RegsUser,

    /// <summary><see cref="SampleRecord.UserStack"/>.</summary>
    UserStack = PerfSampleFormat.StackUser,

    /// <summary><see cref="SampleRecord.Weight"/> as one number.</summary>
    Weight = PerfSampleFormat.Weight,

    /// <summary><see cref="SampleRecord.DataSource"/>.</summary>
    DataSource = PerfSampleFormat.DataSrc,

    /// <summary><see cref="SampleRecord.Id"/>, first in a sample and last in other records.</summary>
    Identifier = PerfSampleFormat.Identifier,

    /// <summary><see cref="SampleRecord.Transaction"/>.</summary>
    Transaction = PerfSampleFormat.Transaction,

    /// <summary><see cref="SampleRecord.InterruptRegisters"/>.</summary>
    InterruptRegisters = PerfSampleFormat.RegsIntr,

    /// <summary><see cref="SampleRecord.PhysicalAddress"/>.</summary>
    PhysicalAddress = PerfSampleFormat.PhysAddr,

    /// <summary><see cref="SampleRecord.Aux"/>.</summary>
    Aux = PerfSampleFormat.Aux,

    /// <summary><see cref="SampleRecord.Cgroup"/>.</summary>
    Cgroup = PerfSampleFormat.Cgroup,

    /// <summary><see cref="SampleRecord.DataPageSize"/>.</summary>
    DataPageSize = PerfSampleFormat.DataPageSize,

    /// <summary><see cref="SampleRecord.CodePageSize"/>.</summary>
    CodePageSize = PerfSampleFormat.CodePageSize,

    /// <summary><see cref="SampleRecord.Weight"/> as three numbers.</summary>
    WeightParts = PerfSampleFormat.WeightStruct,
}
