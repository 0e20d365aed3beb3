using Perfmon.Native.Abi;
using Perfmon.Profiles;
using Perfmon.Sampling.Records;
using Perfmon.Symbols;
using Perfmon.Tests.Sampling.Records;
using Perfmon.Tests.Support;
using Perfmon.Tests.Symbols;

namespace Perfmon.Tests.Profiles;

/// <summary>Samples by name, of records made by hand: what happens to processes, to stacks, and to what was lost.</summary>
public sealed class SampleSymbolizerTests : IDisposable
{
    private const uint Process = 4711;
    private const uint Child = 4800;
    private const ulong Base = 0x7000_0000_0000;
    private const int UserMode = 2;
    private const int KernelMode = 1;
    private const int Exec = 1 << 13;

    private static readonly RecordFormat s_format = RecordFormat.Of(new PerfEventAttr
    {
        SampleType = PerfSampleFormat.Ip | PerfSampleFormat.Tid | PerfSampleFormat.Time | PerfSampleFormat.Callchain | PerfSampleFormat.Period,
        Flags = PerfEventAttrFlags.SampleIdAll,
    });

    private readonly Symbolizer _symbolizer = new(new SymbolizerOptions { ProcessesAreLive = false });
    private readonly SampleSymbolizer _samples;
    private ulong _time = 1_000;

    public SampleSymbolizerTests() => _samples = new SampleSymbolizer(_symbolizer);

    public void Dispose() => _symbolizer.Dispose();

    [SkippableFact]
    public void A_sample_is_where_its_file_was_mapped()
    {
        Map(Process, Base);
        var frame = Assert.Single(Sample(Process, Base + Start("hot") + 4).Frames);
        Assert.Equal(new ProfileFrame("hot", Program, FrameKind.User, Base + Start("hot") + 4), frame);
    }

    [SkippableFact]
    public void A_callers_address_is_the_one_before_the_return()
    {
        Map(Process, Base);

        // The next function's first byte: where a call that is the last instruction of the one before returns to.
        var after = Symbols.Select(symbol => symbol.Start + symbol.Size).Single(end => end == End("hot"));
        var frames = Sample(Process, Base + Start("warm"), Base + after, Base + Start("main") + 8).Frames;
        Assert.Equal(["warm", "hot", "main"], frames.Select(frame => frame.Function));
        Assert.Equal(Base + after, frames[1].Address);
    }

    [SkippableFact]
    public void Contexts_tell_where_what_follows_was_and_the_first_address_behind_one_is_no_return()
    {
        Map(Process, Base);
        var hot = Base + Start("hot");
        var (frames, _, _) = Sample(Process, 0xffff_ffff_8100_0010, KernelMode,
            [CallchainContext.Kernel, 0xffff_ffff_8100_0010, 0xffff_ffff_8100_0020, CallchainContext.User, hot, Base + Start("work") + 9, unchecked((ulong)-640), 4, CallchainContext.Guest, hot, CallchainContext.GuestUser, hot]);
        Assert.Equal([FrameKind.Kernel, FrameKind.Kernel, FrameKind.User, FrameKind.User, FrameKind.Guest, FrameKind.Guest], frames.Select(frame => frame.Kind));
        Assert.Equal(["hot", "work"], frames.Where(frame => frame.Kind == FrameKind.User).Select(frame => frame.Function));
        Assert.Equal("[guest.user]", frames[^1].Module);
    }

    [SkippableFact]
    public void Without_a_chain_the_sample_is_its_own_address()
    {
        Map(Process, Base);
        Assert.Equal("hot", Assert.Single(Sample(Process, Base + Start("hot"), UserMode, []).Frames).Function);

        // A chain of which the kernel left out the part that the sample is in.
        Assert.Equal("hot", Assert.Single(Sample(Process, Base + Start("hot"), UserMode, [CallchainContext.User]).Frames).Function);
    }

    [SkippableFact]
    public void A_program_that_is_executed_has_its_own_mappings_and_name()
    {
        Take(new RecordBytes(RecordType.Comm).U32(Process, Process).Text("shell"));
        Map(Process, Base);
        Assert.Equal(("hot", "shell"), Leaf(Sample(Process, Base + Start("hot"))));
        Take(new RecordBytes(RecordType.Comm, Exec).U32(Process, Process).Text("other"));
        Assert.Equal(("", "other"), Leaf(Sample(Process, Base + Start("hot"))));
        Map(Process, 2 * Base);
        Assert.Equal(("hot", "other"), Leaf(Sample(Process, (2 * Base) + Start("hot"))));
    }

    [SkippableFact]
    public void A_fork_has_its_parents_mappings_and_name_until_it_changes_them()
    {
        Take(new RecordBytes(RecordType.Comm).U32(Process, Process).Text("parent"));
        Map(Process, Base);
        Task(RecordType.Fork, Child, Process, Child, Process);
        Assert.Equal(("hot", "parent"), Leaf(Sample(Child, Base + Start("hot"))));
        Take(new RecordBytes(RecordType.Comm, Exec).U32(Child, Child).Text("child"));
        Assert.Equal(("", "child"), Leaf(Sample(Child, Base + Start("hot"))));
        Assert.Equal(("hot", "parent"), Leaf(Sample(Process, Base + Start("hot"))));
    }

    [SkippableFact]
    public void A_thread_has_its_process_mappings_and_a_name_of_its_own()
    {
        Take(new RecordBytes(RecordType.Comm).U32(Process, Process).Text("main"));
        Map(Process, Base);
        Task(RecordType.Fork, Process, Process, Process + 1, Process);
        Assert.Equal(("hot", "main"), Leaf(Sample(Process, Base + Start("hot"), tid: Process + 1)));
        Take(new RecordBytes(RecordType.Comm).U32(Process, Process + 1).Text("worker"));
        Assert.Equal(("hot", "worker"), Leaf(Sample(Process, Base + Start("hot"), tid: Process + 1)));
        Assert.Equal(("hot", "main"), Leaf(Sample(Process, Base + Start("hot"))));
    }

    [SkippableFact]
    public void What_ended_is_still_known_and_its_id_may_be_used_again()
    {
        Take(new RecordBytes(RecordType.Comm).U32(Process, Process).Text("first"));
        Map(Process, Base);
        Task(RecordType.Exit, Process, 1, Process, 1);
        Assert.Equal(("hot", "first"), Leaf(Sample(Process, Base + Start("hot"))));

        // Of a parent that nothing was told of.
        Task(RecordType.Fork, Process, 1, Process, 1);
        Assert.Equal(("", $":{Process}"), Leaf(Sample(Process, Base + Start("hot"))));
    }

    [SkippableFact]
    public void A_newer_mapping_lies_over_an_older_one_and_data_is_none()
    {
        Map(Process, Base);
        Map(Process, Base, misc: 1 << 13);
        Assert.Equal("hot", Sample(Process, Base + Start("hot")).Frames[0].Function);
        Take(Mmap(Process, Base, 0, "//anon"));
        Assert.Equal(("//anon", FrameKind.Unknown), Sample(Process, Base + Start("hot")).Frames is [var frame] ? (frame.Module, frame.Kind) : default);
    }

    [SkippableFact]
    public void A_build_id_from_elsewhere_keeps_another_file_from_being_used()
    {
        _samples.FileBuilt(Program, Convert.FromHexString("00112233445566778899aabbccddeeff00112233"));
        Map(Process, Base);
        Assert.Equal("", Sample(Process, Base + Start("hot")).Frames[0].Function);
        Assert.Contains("and the one that ran 00112233445566778899aabbccddeeff00112233", Assert.Single(_symbolizer.Notes), StringComparison.Ordinal);

        // Two builds under one path: nothing tells which of them it is, and so it is the file's word.
        _samples.FileBuilt(Program, [1, 2, 3]);
        Map(Child, Base);
        Assert.Equal("hot", Sample(Child, Base + Start("hot")).Frames[0].Function);
    }

    [Fact]
    public void Losses_are_added_up()
    {
        Take(new RecordBytes(RecordType.Lost).U64(1, 5));
        Take(new RecordBytes(RecordType.Lost).U64(2, 6));
        Take(new RecordBytes(RecordType.LostSamples).U64(7));
        Take(new RecordBytes(RecordType.Throttle).U64(1, 1, 1));
        Take(new RecordBytes(RecordType.Unthrottle).U64(2, 1, 1));
        Assert.Equal(new ProfileLosses { LostRecords = 11, LostSamples = 7, Throttled = 1 }, _samples.Losses);
    }

    [Fact]
    public void A_period_is_the_samples_own_and_otherwise_the_events()
    {
        Assert.Equal(77, Weight(period: 77, ofEvent: 5));
        Assert.Equal(5, Weight(period: 0, ofEvent: 5));
        Assert.Equal(1, Weight(period: 0, ofEvent: 0));
        Assert.Equal(long.MaxValue, Weight(period: ulong.MaxValue, ofEvent: 0));

        long Weight(ulong period, ulong ofEvent)
        {
            var bytes = new RecordBytes(RecordType.Sample, UserMode).U64(1).U32(Process, Process).U64(_time++).U64(period).U64(0).Build();
            Assert.True(_samples.TryTake(RecordBytes.Read(bytes, s_format), 3, ofEvent, out var sample));
            Assert.Equal(3, sample.Event);
            return sample.Weight;
        }
    }

    private static string Program => CProgram.Named("hot_functions");

    private static List<ListedSymbols.Symbol> Symbols => [.. ListedSymbols.Of(Program).Where(symbol => symbol.Size > 0).DistinctBy(symbol => symbol.Name)];

    private static ulong Start(string name) => Symbols.Single(symbol => symbol.Name == name).Start;

    private static ulong End(string name) => Start(name) + Symbols.Single(symbol => symbol.Name == name).Size;

    private static (string Function, string Comm) Leaf((ProfileFrame[] Frames, string Comm, int Tid) sample) => (sample.Frames[0].Function, sample.Comm);

    // The whole file at one place: linkers give code the offset that it has in the file.
    private void Map(uint pid, ulong address, int misc = 0) => Take(Mmap(pid, address, misc, Program));

    private static RecordBytes Mmap(uint pid, ulong address, int misc, string path) =>
        new RecordBytes(RecordType.Mmap, misc).U32(pid, pid).U64(address, 0x10_0000, 0).Text(path);

    private void Task(RecordType type, uint pid, uint parent, uint tid, uint parentTid) =>
        Take(new RecordBytes(type).U32(pid, parent, tid, parentTid).U64(_time));

    private void Take(RecordBytes record)
    {
        var bytes = record.U32(Process, Process).U64(_time++).Build();
        Assert.False(_samples.TryTake(RecordBytes.Read(bytes, s_format), 0, 0, out _));
    }

    private (ProfileFrame[] Frames, string Comm, int Tid) Sample(uint pid, params ulong[] chain) => Sample(pid, chain[0], UserMode, [CallchainContext.User, .. chain]);

    private (ProfileFrame[] Frames, string Comm, int Tid) Sample(uint pid, ulong address, uint tid) => Sample(pid, address, UserMode, [], tid);

    private (ProfileFrame[] Frames, string Comm, int Tid) Sample(uint pid, ulong address, int mode, ulong[] chain, uint? tid = null)
    {
        var bytes = new RecordBytes(RecordType.Sample, mode).U64(address).U32(pid, tid ?? pid).U64(_time).U64(1).U64((ulong)chain.Length).U64(chain).Build();
        Assert.True(_samples.TryTake(RecordBytes.Read(bytes, s_format), 0, 0, out var sample));
        Assert.Equal(((int)pid, (int)(tid ?? pid), (long)_time++, -1), (sample.ProcessId, sample.ThreadId, sample.Time, sample.Cpu));
        return (sample.Frames.ToArray(), sample.Comm, sample.ThreadId);
    }
}
