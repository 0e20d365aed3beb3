using System.Runtime.InteropServices;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>Reads every member that a record has, to its last byte.</summary>
internal static class RecordReader
{
    /// <summary>What it asks a record to be.</summary>
    public static IReadOnlyList<string> Decoders { get; } =
    [
        nameof(PerfRecord.TryAsSample), nameof(PerfRecord.TryAsMmap), nameof(PerfRecord.TryAsComm), nameof(PerfRecord.TryAsTask), nameof(PerfRecord.TryAsLost),
        nameof(PerfRecord.TryAsLostSamples), nameof(PerfRecord.TryAsThrottle), nameof(PerfRecord.TryAsRead), nameof(PerfRecord.TryAsAux),
        nameof(PerfRecord.TryAsItraceStart), nameof(PerfRecord.TryAsSwitch), nameof(PerfRecord.TryAsNamespaces), nameof(PerfRecord.TryAsKsymbol),
        nameof(PerfRecord.TryAsBpfEvent), nameof(PerfRecord.TryAsCgroup), nameof(PerfRecord.TryAsTextPoke), nameof(PerfRecord.TryAsAuxOutputHardwareId),
    ];

    /// <summary>A sum over all that the record says.</summary>
    public static ulong ReadAll(PerfRecord record)
    {
        var sum = (ulong)record.Type + record.Misc + (ulong)record.CpuMode + Sum(record.Bytes) + Sum(record.Body);
        sum += record.TryGetTime(out var time) ? time : 0;
        sum += record.TryGetThread(out var pid, out var tid) ? (uint)pid + (uint)tid : 0UL;
        sum += record.TryGetCpu(out var cpu) ? (uint)cpu : 0UL;
        sum += record.TryGetId(out var id) ? id : 0;
        sum += record.TryGetStreamId(out var stream) ? stream : 0;
        sum += record.TryAsSample(out var sample) ? OfSample(sample) : 0;
        sum += record.TryAsMmap(out var mmap) ? OfMmap(mmap) : 0;
        sum += record.TryAsComm(out var comm) ? Sum(comm.Name) + (uint)comm.Pid + (uint)comm.Tid : 0;
        sum += record.TryAsTask(out var task) ? (uint)task.Pid + (uint)task.Tid + (uint)task.ParentPid + (uint)task.ParentTid + task.Time : 0;
        sum += record.TryAsLost(out var lost) ? lost.Id + lost.Lost : 0;
        sum += record.TryAsLostSamples(out var samples) ? samples.Lost : 0;
        sum += record.TryAsThrottle(out var throttle) ? throttle.Id + throttle.Time + throttle.StreamId : 0;
        sum += record.TryAsRead(out var read) ? OfCounters(read.Counters) + (uint)read.Pid + (uint)read.Tid : 0;
        sum += record.TryAsAux(out var aux) ? aux.Offset + aux.Length + (ulong)aux.Flags : 0;
        sum += record.TryAsItraceStart(out var start) ? (uint)start.Pid + (uint)start.Tid : 0UL;
        sum += record.TryAsSwitch(out var change) ? (uint)change.OtherPid + (uint)change.OtherTid + (change.IsOut ? 1UL : 2) : 0;
        sum += record.TryAsNamespaces(out var namespaces) ? Sum(MemoryMarshal.AsBytes(namespaces.Links)) + (uint)namespaces.Pid + (uint)namespaces.Tid : 0;
        sum += record.TryAsKsymbol(out var symbol) ? Sum(symbol.Name) + symbol.Address + symbol.Length + (uint)symbol.Type + (symbol.IsRemoved ? 1UL : 2) : 0;
        sum += record.TryAsBpfEvent(out var bpf) ? Sum(bpf.Tag) + bpf.Id + (uint)bpf.Type : 0;
        sum += record.TryAsCgroup(out var cgroup) ? Sum(cgroup.Path) + cgroup.Id : 0;
        sum += record.TryAsTextPoke(out var poke) ? Sum(poke.Before) + Sum(poke.After) + poke.Address : 0;
        sum += record.TryAsAuxOutputHardwareId(out var hardware) ? hardware.HardwareId : 0;
        return sum;
    }

    private static ulong OfSample(SampleRecord sample)
    {
        var sum = (sample.IsComplete ? 1UL : 2) + (sample.IsExact ? 1UL : 2) + (ulong)sample.CpuMode + sample.Ip + (uint)sample.Pid + (uint)sample.Tid + sample.Time
            + sample.Address + sample.Id + sample.StreamId + (uint)sample.Cpu + sample.Period + (ulong)sample.Fields;
        sum += sample.TryGetCounters(out var counters) ? OfCounters(counters) : 0;
        sum += Sum(MemoryMarshal.AsBytes(sample.Callchain)) + Sum(sample.Raw) + Sum(sample.UserStack) + Sum(sample.Aux);
        var branches = sample.Branches;
        foreach (var branch in branches.Branches)
        {
            sum += branch.From + branch.To + (uint)branch.Cycles + (uint)branch.Type + (uint)branch.Speculation + (uint)branch.CpuMode;
        }

        sum += Sum(MemoryMarshal.AsBytes(branches.Counters)) + (branches.HardwareIndex ?? 0);
        sum += OfRegisters(sample.UserRegisters) + OfRegisters(sample.InterruptRegisters);
        return sum + sample.Weight.Whole + sample.DataSource.Value + sample.Transaction + sample.PhysicalAddress + sample.Cgroup + sample.DataPageSize + sample.CodePageSize;
    }

    private static ulong OfRegisters(SampledRegisters registers)
    {
        var sum = (ulong)registers.Abi + Sum(MemoryMarshal.AsBytes(registers.Values));
        for (var register = -1; register <= 64; register++)
        {
            sum += registers.TryGet(register, out var value) ? value : 0;
        }

        return sum;
    }

    private static ulong OfCounters(CounterValues counters)
    {
        var sum = (counters.TimeEnabled ?? 0) + (counters.TimeRunning ?? 0);
        for (var i = 0; i < counters.Count; i++)
        {
            var counter = counters[i];
            sum += counter.Value + (counter.Id ?? 0) + (counter.Lost ?? 0);
        }

        return sum;
    }

    private static ulong OfMmap(MmapRecord mmap) =>
        Sum(mmap.FileName) + Sum(mmap.BuildId) + (uint)mmap.Pid + (uint)mmap.Tid + mmap.Address + mmap.Length + mmap.FileOffset + mmap.Major + mmap.Minor + mmap.Inode
        + mmap.InodeGeneration + mmap.ProtectionBits + mmap.MappingFlags + (mmap.IsData ? 1UL : 2);

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0UL;
        foreach (var one in bytes)
        {
            sum += one;
        }

        return sum;
    }
}
