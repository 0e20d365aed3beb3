using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class SampleRecordTests
{
    /// <summary>Every field at once, each with a value of its own: an error of order or length moves all that follow.</summary>
    [Fact]
    public void All_fields()
    {
        var record = RecordBytes.Read(Samples.Everything().Build(), Samples.EverythingFormat);
        Assert.True(record.TryAsSample(out var sample));
        Assert.True(sample.IsComplete);
        Assert.True(sample.IsExact);
        Assert.Equal(CpuMode.User, sample.CpuMode);
        Assert.Equal((1UL, 2UL, 3, 4, 5UL), (sample.Id, sample.Ip, sample.Pid, sample.Tid, sample.Time));
        Assert.Equal((6UL, 8UL, 9, 10UL), (sample.Address, sample.StreamId, sample.Cpu, sample.Period));

        Assert.True(sample.TryGetCounters(out var counters));
        Assert.Equal((2, 11UL, 12UL), (counters.Count, counters.TimeEnabled!.Value, counters.TimeRunning!.Value));
        Assert.Equal(new CounterValue(13, 14, 15), counters[0]);
        Assert.Equal(new CounterValue(16, 17, 18), counters[1]);

        Assert.Equal([CallchainContext.User, 20, 21], sample.Callchain.ToArray());
        Assert.True(sample.Raw.SequenceEqual<byte>([22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33]));

        var branches = sample.Branches;
        Assert.Equal(34UL, branches.HardwareIndex);
        Assert.Equal(2, branches.Branches.Length);
        Assert.Equal((35UL, 36UL, 38UL, 39UL), (branches.Branches[0].From, branches.Branches[0].To, branches.Branches[1].From, branches.Branches[1].To));
        Assert.Equal([41UL, 42], branches.Counters.ToArray());

        Assert.Equal((RegisterAbi.Bits64, Samples.UserRegisters), (sample.UserRegisters.Abi, sample.UserRegisters.Mask));
        Assert.True(sample.UserRegisters.TryGet(7, out var low) & sample.UserRegisters.TryGet(23, out var high));
        Assert.Equal((43UL, 45UL), (low, high));
        Assert.False(sample.UserRegisters.TryGet(0, out _) || sample.UserRegisters.TryGet(64, out _) || sample.UserRegisters.TryGet(-1, out _));
        Assert.True(sample.UserStack.SequenceEqual<byte>([46, 47, 48, 49, 50, 51, 52, 53, 54]));
        Assert.Equal((55u, 56, 57), (sample.Weight.Part1, sample.Weight.Part2, sample.Weight.Part3));
        Assert.Equal(58UL, sample.DataSource.Value);
        Assert.Equal(59UL, sample.Transaction);
        Assert.Equal(RegisterAbi.Bits32, sample.InterruptRegisters.Abi);
        Assert.Equal([60UL], sample.InterruptRegisters.Values.ToArray());
        Assert.Equal((61UL, 62UL, 63UL, 64UL), (sample.PhysicalAddress, sample.Cgroup, sample.DataPageSize, sample.CodePageSize));
        Assert.True(sample.Aux.SequenceEqual<byte>([65, 66, 67, 68, 69, 70, 71, 72]));
    }

    /// <summary>A sample that is cut has what was before the cut, and says that it is not complete.</summary>
    [Fact]
    public void Cut_at_every_word()
    {
        var bytes = Samples.Everything().Build();
        for (var length = 8; length < bytes.Length; length += 8)
        {
            var cut = bytes[..length];
            BitConverter.TryWriteBytes(cut.AsSpan(6), (ushort)length);
            Assert.True(RecordBytes.Read(cut, Samples.EverythingFormat).TryAsSample(out var sample));
            Assert.False(sample.IsComplete);
            Assert.Equal(length > 16 ? 2UL : 0, sample.Ip);
            Assert.Equal(length > 72 ? 10UL : 0, sample.Period);
            Assert.True(sample.Aux.IsEmpty);
        }
    }

    [Fact]
    public void A_sample_without_fields_is_only_its_header()
    {
        var record = RecordBytes.Read(new RecordBytes(RecordType.Sample, 1).Build(), RecordFormat.Of(default));
        Assert.True(record.TryAsSample(out var sample));
        Assert.True(sample.IsComplete);
        Assert.False(sample.IsExact);
        Assert.Equal((CpuMode.Kernel, 0UL, 0, 0UL), (sample.CpuMode, sample.Ip, sample.Tid, sample.Cgroup));
        Assert.True(sample.Callchain.IsEmpty && sample.Raw.IsEmpty && sample.UserStack.IsEmpty && sample.Aux.IsEmpty && sample.Branches.Branches.IsEmpty);
        Assert.Equal(RegisterAbi.None, sample.UserRegisters.Abi);
        Assert.False(sample.TryGetCounters(out var counters));
        Assert.Equal(0, counters.Count);
        Assert.Null(counters.TimeEnabled);
        Assert.False(record.TryGetTime(out _));
    }

    [Fact]
    public void More_than_the_fields_take_is_not_complete()
    {
        var format = RecordFormat.Of(new PerfEventAttr { SampleType = PerfSampleFormat.Ip });
        Assert.True(RecordBytes.Read(new RecordBytes(RecordType.Sample).U64(1, 2).Build(), format).TryAsSample(out var sample));
        Assert.False(sample.IsComplete);
        Assert.Equal(1UL, sample.Ip);
    }

    /// <summary>A kernel thread has no program's registers and stack: abi and size are 0, and nothing follows them.</summary>
    [Fact]
    public void Parts_that_are_there_and_empty()
    {
        var format = RecordFormat.Of(new PerfEventAttr
        {
            SampleType = PerfSampleFormat.Callchain | PerfSampleFormat.RegsUser | PerfSampleFormat.StackUser | PerfSampleFormat.Cgroup,
            SampleRegsUser = 0xff,
        });
        Assert.True(RecordBytes.Read(new RecordBytes(RecordType.Sample).U64(0, 0, 0, 5).Build(), format).TryAsSample(out var sample));
        Assert.True(sample.IsComplete);
        Assert.Equal((RegisterAbi.None, 0UL, 5UL), (sample.UserRegisters.Abi, sample.UserRegisters.Mask, sample.Cgroup));
        Assert.False(sample.UserRegisters.TryGet(0, out _));
        Assert.True(sample.UserStack.IsEmpty && sample.Callchain.IsEmpty);
    }

    /// <summary>Without branches the kernel may leave the hardware index out as well.</summary>
    [Theory]
    [InlineData(new ulong[] { 0, 77, 5 }, 77UL)]
    [InlineData(new ulong[] { 0, 5 }, null)]
    public void An_empty_branch_stack_with_and_without_its_hardware_index(ulong[] words, ulong? index)
    {
        var format = RecordFormat.Of(new PerfEventAttr { SampleType = PerfSampleFormat.BranchStack | PerfSampleFormat.Cgroup, BranchSampleType = 1 << 17 });
        Assert.True(RecordBytes.Read(new RecordBytes(RecordType.Sample).U64(words).Build(), format).TryAsSample(out var sample));
        Assert.True(sample.IsComplete);
        Assert.Equal(index, sample.Branches.HardwareIndex);
        Assert.Equal(5UL, sample.Cgroup);
    }

    [Theory]
    [InlineData(PerfSampleFormat.Callchain)]
    [InlineData(PerfSampleFormat.Raw)]
    [InlineData(PerfSampleFormat.BranchStack)]
    [InlineData(PerfSampleFormat.StackUser)]
    [InlineData(PerfSampleFormat.Aux)]
    [InlineData(PerfSampleFormat.Read)]
    internal void Lengths_beyond_the_record_are_damage(PerfSampleFormat field)
    {
        var format = RecordFormat.Of(new PerfEventAttr { SampleType = field | PerfSampleFormat.Ip, ReadFormat = PerfReadFormat.Group });
        foreach (var length in (ulong[])[5, 0x1fffffffffffffff, 0x2000000000000001, 0x5555555555555556, ulong.MaxValue, ulong.MaxValue - 7, uint.MaxValue, uint.MaxValue - 3])
        {
            Assert.True(RecordBytes.Read(new RecordBytes(RecordType.Sample).U64(1, length, 2, 3).Build(), format).TryAsSample(out var sample));
            Assert.False(sample.IsComplete);
            Assert.Equal(1UL, sample.Ip);
            Assert.True(sample.Callchain.IsEmpty && sample.Raw.IsEmpty && sample.Branches.Branches.IsEmpty && sample.UserStack.IsEmpty && sample.Aux.IsEmpty);
            Assert.False(sample.TryGetCounters(out _));
        }
    }

    [Fact]
    public void Branch_flags()
    {
        // Mispredicted, in a transaction, 1000 cycles, extended type 1 (data fault), speculation 3, of the kernel.
        var flags = 1UL | (1 << 2) | (1000UL << 4) | (15UL << 20) | (3UL << 24) | (1UL << 26) | (2UL << 30);
        var format = RecordFormat.Of(new PerfEventAttr { SampleType = PerfSampleFormat.BranchStack });
        Assert.True(RecordBytes.Read(new RecordBytes(RecordType.Sample).U64(1, 0x10, 0x20, flags).Build(), format).TryAsSample(out var sample));
        var branch = Assert.Single(sample.Branches.Branches.ToArray());
        Assert.True(branch.WasMispredicted && branch.InTransaction);
        Assert.False(branch.WasPredicted || branch.WasAbort);
        Assert.Equal((1000, BranchType.DataFault, BranchSpeculation.CorrectPath, CpuMode.Kernel), (branch.Cycles, branch.Type, branch.Speculation, branch.CpuMode));
        Assert.Null(sample.Branches.HardwareIndex);
    }

    [Fact]
    public void Data_source()
    {
        // PERF_MEM_S of LOAD, HIT | L3, SNOOP HITM, LOCKED, TLB HIT | L2, LVLNUM L3, REMOTE, SNOOPX FWD, BLK ADDR, HOPS 2.
        var source = new DataSource(
            0x02 | (0x42UL << 5) | (0x10UL << 19) | (0x02UL << 24) | (0x12UL << 26) | (3UL << 33) | (1UL << 37) | (1UL << 38) | (4UL << 40) | (2UL << 43));
        Assert.Equal(MemoryOperations.Load, source.Operations);
        Assert.Equal(MemoryLevels.Hit | MemoryLevels.Level3, source.Levels);
        Assert.Equal(MemorySnoops.HitModified | MemorySnoops.Forwarded, source.Snoops);
        Assert.Equal(MemoryLock.Locked, source.Lock);
        Assert.Equal(MemoryTranslations.Hit | MemoryTranslations.Level2, source.Translations);
        Assert.Equal((MemoryLevel.Level3, true, MemoryBlocks.Address, 2), (source.Level, source.IsRemote, source.Blocks, source.Hops));
    }

    [Fact]
    public void Contexts()
    {
        Assert.True(CallchainContext.IsContext(CallchainContext.Hypervisor) && CallchainContext.IsContext(CallchainContext.Max));
        Assert.False(CallchainContext.IsContext(0xffffffff81000000) || CallchainContext.IsContext(CallchainContext.Max - 1));
        Assert.Equal(CpuMode.Kernel, CallchainContext.ModeOf(unchecked((ulong)-128)));
        Assert.Equal(CpuMode.User, CallchainContext.ModeOf(unchecked((ulong)-512)));
        Assert.Equal(CpuMode.Unknown, CallchainContext.ModeOf(0x1000));
    }
}
