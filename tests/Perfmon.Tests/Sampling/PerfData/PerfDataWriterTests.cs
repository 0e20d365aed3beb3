using Perfmon.Diagnostics;
using Perfmon.Native.Abi;
using Perfmon.Sampling.PerfData;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Sampling.Records;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling.PerfData;

/// <summary>What we write is what perf reads, and what we read.</summary>
public sealed class PerfDataWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-perf-data-").FullName;

    private string FilePath => Path.Combine(_folder, "perf.data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void A_file_that_perf_opens()
    {
        Requires.Root();
        var recorded = Recorded.Take();
        using (var writer = PerfDataWriter.Create(FilePath, recorded.Events, Recorded.Features()))
        {
            recorded.WriteTo(writer);
            writer.AddBuildId(new PerfDataBuildId("/usr/bin/made-up", "0123456789abcdef0123456789abcdef01234567"));
            writer.Complete();
        }

        Assert.Equal(recorded.Samples, Perf.Script(FilePath));
        Assert.Equal(recorded.Samples, Perf.Ours(FilePath, out var reader));
        Assert.Empty(reader.Notices);

        // Fields of the tracepoint, names of the program and its functions.
        var script = Perf.Shell($"perf script -i {FilePath} -F comm,event,ip,sym");
        Assert.Contains("getppid_batches syscalls:sys_enter_getppid:", script, StringComparison.Ordinal);
        Assert.Contains(" syscall\n", script, StringComparison.Ordinal);
        Assert.Matches(@"\sffff[0-9a-f]{12} \w", script);

        var report = Perf.Shell($"perf report -i {FilePath} --stdio 2>/dev/null");
        Assert.Contains("of event 'syscalls:sys_enter_getppid'", report, StringComparison.Ordinal);
        Assert.Contains("getppid_batches", report, StringComparison.Ordinal);

        var header = Perf.Shell($"perf report -i {FilePath} --header-only");
        var ours = Recorded.Features();
        Assert.Contains($"# hostname : {ours.HostName}\n", header, StringComparison.Ordinal);
        Assert.Contains($"# os release : {ours.OsRelease}\n", header, StringComparison.Ordinal);
        Assert.Contains($"# perf version : {Recorded.Version}\n", header, StringComparison.Ordinal);
        Assert.Contains($"# nrcpus online : {ours.OnlineCpus}\n# nrcpus avail : {ours.AvailableCpus}\n", header, StringComparison.Ordinal);
        Assert.Contains($"# total memory : {ours.TotalMemory} kB\n", header, StringComparison.Ordinal);
        Assert.Contains("# cmdline : pfmon record with blanks \n", header, StringComparison.Ordinal);
        Assert.Contains("# event : name = task-clock, ", header, StringComparison.Ordinal);
        Assert.Contains($"# time of first sample : {Seconds(recorded.Samples[0].Time)}\n", header, StringComparison.Ordinal);
        Assert.Contains($"# time of last sample : {Seconds(recorded.Samples[^1].Time)}\n", header, StringComparison.Ordinal);
        var buildIds = Perf.Shell($"perf buildid-list -i {FilePath}");
        Assert.Contains("0123456789abcdef0123456789abcdef01234567 /usr/bin/made-up\n", buildIds, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_pipe_that_perf_reads()
    {
        Requires.Root();
        var recorded = Recorded.Take();
        using (var stream = File.Create(FilePath))
        using (var writer = PerfDataWriter.ToPipe(stream, recorded.Events, Recorded.Features()))
        {
            recorded.WriteTo(writer);
            writer.Complete();
        }

        Assert.Equal(recorded.Samples, Perf.ScriptPipe(FilePath));
        Assert.Equal(recorded.Samples, Perf.Ours(FilePath, out var reader));
        Assert.True(reader.IsPipe);
        Assert.Empty(reader.Notices);
        Assert.Contains("getppid_batches syscalls:sys_enter_getppid:", Perf.Shell($"cat {FilePath} | perf script -i - -F comm,event,trace"), StringComparison.Ordinal);
        Assert.Contains("# cmdline : pfmon record with blanks \n", Perf.Shell($"cat {FilePath} | perf report -i - --stdio --header"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void All_that_is_said_of_the_machine_comes_back()
    {
        var recorded = Recorded.Take(rounds: 1);
        var said = Recorded.Features() with { CpuId = "a,b", BuildIds = [new PerfDataBuildId("/a", "00ff"), new PerfDataBuildId("[kernel.kallsyms]", "89abcdef", IsKernel: true)] };
        using (var writer = PerfDataWriter.Create(FilePath, recorded.Events, said))
        {
            recorded.WriteTo(writer);
            writer.Complete();
        }

        using var reader = PerfDataReader.Open(FilePath);
        var expected = said with { FirstSample = recorded.Samples[0].Time, LastSample = recorded.Samples[^1].Time };
        Assert.Equal(expected.CommandLine, reader.Features.CommandLine);
        Assert.Equal(expected.BuildIds, reader.Features.BuildIds);
        Assert.Equal(expected with { CommandLine = [], BuildIds = [] }, reader.Features with { CommandLine = [], BuildIds = [] });
        Assert.Equal(recorded.Events.Select(one => one.Ids), reader.Events.Select(one => one.Ids));
        Assert.Equal(recorded.Events.Select(one => one.Format), reader.Events.Select(one => one.Format));
    }

    /// <summary>A file without an end, as a killed writer leaves it: all rounds that were finished are there, for us and for perf.</summary>
    [SkippableFact]
    public void A_writer_that_is_killed()
    {
        Requires.Root();
        var recorded = Recorded.Take();
        var killed = Path.Combine(_folder, "killed.data");
        using (var writer = PerfDataWriter.Create(FilePath, recorded.Events, Recorded.Features()))
        {
            recorded.WriteTo(writer);

            // Not even flushed, and in the middle of a record.
            writer.Write(recorded.Rounds[0]);
            File.Copy(FilePath, killed);
        }

        using (var cut = new FileStream(killed, FileMode.Append))
        {
            cut.Write(recorded.Rounds[0].AsSpan(0, 20));
        }

        Assert.Equal(recorded.Samples, Perf.Ours(killed, out var reader));
        Assert.True(reader.IsDamaged);
        Assert.Equal(2, reader.Notices.Count);
        Assert.Contains("not finished", reader.Notices[0].Text, StringComparison.Ordinal);
        Assert.Contains("no whole record", reader.Notices[1].Text, StringComparison.Ordinal);
        Assert.Equal("task-clock", reader.Events[1].Name);

        // perf wants tracepoints described; a clock alone it takes as it is.
        var clock = Path.Combine(_folder, "clock.data");
        var killedClock = Path.Combine(_folder, "killed-clock.data");
        using (var writer = PerfDataWriter.Create(clock, [recorded.Events[1]], Recorded.Features()))
        {
            foreach (var round in recorded.Rounds)
            {
                writer.Write(Only(round, recorded.Events[1].Ids[0]));
                writer.FinishRound();
            }

            File.Copy(clock, killedClock);
        }

        Assert.Equal(recorded.Samples.Where(sample => sample.Event == "task-clock"), Perf.Script(killedClock));
    }

    [SkippableFact]
    public void Ids_of_threads_that_were_opened_later()
    {
        var recorded = Recorded.Take(rounds: 1);
        var later = recorded.Events.Select(one => new PerfDataEvent(one.Name, one.Attr, [])).ToList();
        using (var writer = PerfDataWriter.Create(FilePath, later, Recorded.Features()))
        {
            for (var i = 0; i < later.Count; i++)
            {
                writer.AddIds(later[i], [.. recorded.Events[i].Ids]);
            }

            recorded.WriteTo(writer);
            writer.Complete();
        }

        Assert.Equal(recorded.Samples, Perf.Ours(FilePath, out _));
        Assert.Equal(recorded.Samples, Perf.Script(FilePath));
        using var pipe = PerfDataWriter.ToPipe(Stream.Null, later, Recorded.Features());
        Assert.Equal(PerfmonReason.NotSupported, Assert.Throws<PerfmonException>(() => pipe.AddIds(later[0], 1)).Reason);
    }

    [Fact]
    public void Bytes_that_are_no_whole_records_are_refused()
    {
        using var writer = PerfDataWriter.Create(FilePath, [Clock("a", 1)], new PerfDataFeatures());
        var record = new RecordBytes(RecordType.Comm).U32(1, 2).Text("name").Build();
        var exception = Assert.Throws<PerfmonException>(() => writer.Write([.. record, .. record[..^8]]));
        Assert.Contains($"byte {record.Length} ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, writer.BytesWritten);
        writer.Write(record);
        Assert.Equal(record.Length, writer.BytesWritten);
    }

    [Fact]
    public void Events_that_nothing_tells_apart_are_refused()
    {
        var other = new PerfDataEvent("b", new PerfEventAttr { Type = 1, SampleType = PerfSampleFormat.Time }, [2]);
        Assert.Equal(PerfmonReason.InvalidRequest, Assert.Throws<PerfmonException>(() => PerfDataWriter.Create(FilePath, [Clock("a", 1), other], new PerfDataFeatures())).Reason);
        Assert.False(File.Exists(FilePath));
        Assert.Throws<PerfmonException>(() => PerfDataWriter.Create(FilePath, [], new PerfDataFeatures()));
    }

    [Fact]
    public void More_ids_than_a_record_has_room_for_cannot_go_to_a_pipe()
    {
        var many = new PerfDataEvent("a", Clock("a", 1).Attr, Enumerable.Range(1, 9000).Select(id => (ulong)id));
        Assert.Equal(PerfmonReason.LimitReached, Assert.Throws<PerfmonException>(() => PerfDataWriter.ToPipe(Stream.Null, [many], new PerfDataFeatures())).Reason);
    }

    /// <summary>A megabyte at a time, and a hundred of them: the writer keeps nothing.</summary>
    [Fact]
    public void Memory_does_not_grow_with_the_file()
    {
        var record = new RecordBytes(RecordType.Comm).U32(1, 2).Text("name").Build();
        var records = Enumerable.Repeat(record, (1 << 20) / record.Length).SelectMany(bytes => bytes).ToArray();
        using var writer = PerfDataWriter.ToPipe(Stream.Null, [Clock("a", 1)], new PerfDataFeatures());
        writer.Write(records);
        writer.FinishRound();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            writer.Write(records);
            writer.FinishRound();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static PerfDataEvent Clock(string name, ulong id) => new(name, new PerfEventAttr { Type = 1, SampleType = PerfSampleFormat.Ip | PerfSampleFormat.Time }, [id]);

    // perf cuts where others round.
    private static string Seconds(ulong time) => $"{time / 1_000_000_000}.{time % 1_000_000_000 / 1000:D6}";

    private static byte[] Only(byte[] records, ulong id)
    {
        // All of these have their identifier first, or last.
        var kept = new List<byte>();
        for (var at = 0; at < records.Length;)
        {
            var size = BitConverter.ToUInt16(records, at + 6);
            var type = (RecordType)BitConverter.ToUInt32(records, at);
            if (BitConverter.ToUInt64(records, type == RecordType.Sample ? at + 8 : at + size - 8) == id)
            {
                kept.AddRange(records.AsSpan(at, size));
            }

            at += size;
        }

        return [.. kept];
    }
}
