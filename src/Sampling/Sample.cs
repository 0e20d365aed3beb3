using Perfmon.Events;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling;

/// <summary>A sample that can be kept.</summary>
public sealed class Sample : OwnedRecord
{
    private readonly SampledEvent? _event;

    internal Sample(PerfRecord record, SampledEvent? sampled)
        : base(record) => _event = sampled;

    /// <summary>All that the sample carries.</summary>
    public SampleRecord Fields => Record.TryAsSample(out var sample) ? sample : default;

    /// <summary>The event that overflowed; null where the session does not know the sample's id.</summary>
    public EventRequest? Event => _event?.Request;

    /// <summary>The process.</summary>
    public int Pid => Fields.Pid;

    /// <summary>The thread.</summary>
    public int Tid => Fields.Tid;

    /// <summary>The CPU.</summary>
    public int Cpu => Fields.Cpu;

    /// <summary>The address of the instruction; 0 where it was not asked for.</summary>
    public ulong Ip => Fields.Ip;

    /// <summary>How many events the sample stands for.</summary>
    public ulong Period => Fields.Period is > 0 and var period ? period : _event?.FixedPeriod ?? 0;

    /// <summary>Addresses from the innermost function outwards, with the kernel's marks (<see cref="CallchainContext"/>); none where they were not asked for.</summary>
    public ReadOnlySpan<ulong> Callchain => Fields.Callchain;
}
