using System.Text;
using Perfmon.Diagnostics;
using Perfmon.Profiles;
using Perfmon.Symbols;
using Perfmon.Tests.Sampling.PerfData;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Profiles;

/// <summary>Files of the real perf: the same samples with the same names as <c>perf script</c> and <c>perf report</c> give them.</summary>
public sealed class RecordedSamplesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-recorded-").FullName;

    private string Data => Path.Combine(_folder, "perf.data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData("-F 5000 -g")]
    [InlineData("-F 5000 -g -z")]
    [InlineData("-c 100000")]
    [InlineData("-F 5000 -g --buildid-mmap")]
    public void Time_by_function(string options)
    {
        Requires.Root();
        Record(["-e", "cpu-clock", .. options.Split(' ')], "300");
        var profile = Compare(out var samples);
        using (samples)
        {
            Assert.Equal(RecordingOrigin.ThisBoot, samples.Origin);
            Assert.Equal((ProfileUnit.Nanoseconds, options.StartsWith("-c", StringComparison.Ordinal) ? 100_000 : 0), (samples.Description.Events[0].Unit, samples.Description.Events[0].Period));
            Assert.Contains(CProgram.Named("hot_functions"), samples.Description.Title, StringComparison.Ordinal);
            Assert.False(samples.IsDamaged);
            Assert.InRange(samples.Position, 1, samples.Length!.Value);
            Assert.Empty(samples.Notes);
        }

        var table = FlatView.Of(profile);
        Assert.Equal("hot", table.Rows[0].Name);
        Assert.InRange(table.Rows[0].SelfShare, 0.5, 0.95);
        Assert.Equal(Expected(PerfScript.Report(Data)), Expected(ByFunction(table)));
    }

    [SkippableFact]
    public void A_pipe()
    {
        Requires.Root();
        Perf.RecordPipe(Data, ["-B", "-e", "cpu-clock", "-F", "5000", "-g"], "sh", "-c", $"'{CProgram.Named("hot_functions")} 200 > /dev/null'");
        using var file = File.OpenRead(Data);
        using var samples = RecordedSamples.Open(new NoSeeking(file));
        var profile = new Profile(samples.Description);
        samples.ReadTo(profile.Add);
        Assert.Empty(samples.Notes);
        Assert.Equal((RecordingOrigin.ThisBoot, null, null), (samples.Origin, samples.Length, samples.Written));
        Assert.Equal("hot", FlatView.Of(profile).Rows[0].Name);
        Assert.Equal(PerfScript.Samples(Data).Count, profile.Totals.Events[0].Samples);
        Assert.Equal(Expected(PerfScript.Report(Data)), Expected(ByFunction(FlatView.Of(profile))));
    }

    [SkippableFact]
    public void A_tracepoint_with_its_callers()
    {
        Requires.Root();
        Requires.TraceFs();
        Record(["-e", "syscalls:sys_enter_getppid", "-g"], "7");
        var profile = Compare(out var samples);
        samples.Dispose();
        Assert.Equal(new ProfileEvent("syscalls:sys_enter_getppid", ProfileUnit.Count, 1), Assert.Single(profile.Description.Events));
        Assert.Equal(new EventTotal(700, 700), profile.Totals.Events[0]);

        // From calls() out; in front of it is what of the kernel a tracepoint shows.
        foreach (var name in (string[])["main", "work", "calls"])
        {
            Assert.Equal(700, FlatView.Of(profile).Rows.Single(row => row.Name == name).Total.Samples);
        }

        var calls = CallTree.Of(profile).DepthFirst().Single(node => node.Function.Name == "calls");
        Assert.Equal(700, calls.Total.Samples);
        Assert.DoesNotContain(CallTree.Of(profile).DepthFirst(), node => node.Function.Name is "hot" or "warm");
    }

    [SkippableFact]
    public void Stacks_of_a_program_are_those_of_perf()
    {
        Record(["-e", "cpu-clock:u", "-F", "5000", "-g"], "300");
        var program = CProgram.Named("hot_functions");
        var expected = Perf.Shell($"perf script -i {Data} -F ip,sym,dso 2>/dev/null").Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(stack => string.Join(';', stack.Split('\n').Where(line => line.Contains($"({program})", StringComparison.Ordinal)).Select(line => line.Trim().Split(' ')[1])))
            .CountBy(stack => stack);
        using var samples = RecordedSamples.Open(Data);
        var ours = new List<string>();
        while (samples.TryRead(out var sample))
        {
            var names = new List<string>();
            foreach (var frame in sample.Frames)
            {
                if (frame.Module == program)
                {
                    names.Add(frame.Function is "" ? "[unknown]" : frame.Function);
                }
            }

            ours.Add(string.Join(';', names));
        }

        Assert.Contains("hot;work;main", ours);
        Assert.Equal(expected.OrderBy(pair => pair.Key), ours.CountBy(stack => stack).OrderBy(pair => pair.Key));
    }

    [SkippableFact]
    public void Several_events_are_told_apart()
    {
        Requires.Root();
        Requires.TraceFs();
        Record(["-e", "cpu-clock", "-c", "100000", "-e", "syscalls:sys_enter_getppid", "-c", "1", "-a", "-m", "2048"], "3");
        var profile = Compare(out var samples, Program);
        using (samples)
        {
            Assert.Contains(samples.Events, RecordedSamples.IsDummy);
            Assert.Equal(["cpu-clock", "syscalls:sys_enter_getppid", "dummy"], samples.Description.Events.Select(one => one.Name.Split(":HG")[0]));
        }

        Assert.Equal((0, 0), (profile.Totals.Events[2].Samples, samples.Losses.LostRecords));
        Assert.Equal(300, FlatView.Of(profile, 1, threads: thread => thread.ProcessId == Program(profile)).Total.Samples);

        // Others may run the same program for more rounds, and the system is theirs, too.
        static int Program(Profile profile) => profile.Cells.Where(cell => cell.Event == 1)
            .GroupBy(cell => profile.Threads[cell.Thread].ProcessId).Single(process => process.Sum(cell => cell.Self.Samples) == 300).Key;
    }

    [SkippableFact]
    public void Every_consumer_gets_every_sample()
    {
        Record(["-e", "cpu-clock:u", "-c", "1000000"], "100");
        using var samples = RecordedSamples.Open(Data);
        var profile = new Profile(samples.Description);
        using var folded = new MemoryStream();
        using var exporter = new FoldedExporter(folded, samples.Description);
        var count = 0L;
        samples.ReadTo(profile.Add, exporter.Add, (in ProfileSample sample) => count += sample.Weight);
        exporter.Complete();
        Assert.Equal(profile.Totals.Events[0].Weight, count);
        Assert.Equal(count, Encoding.UTF8.GetString(folded.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(line => long.Parse(line[line.LastIndexOf(' ')..], null)));
        Assert.Equal(samples.SampleCount, profile.Totals.Events[0].Samples);
    }

    [SkippableFact]
    public void Of_a_cut_file_what_is_whole_is_read_and_the_rest_is_said()
    {
        Record(["-e", "cpu-clock:u", "-F", "5000", "-g"], "300");
        var whole = Count(Data, out _);
        var bytes = File.ReadAllBytes(Data);
        var cut = Path.Combine(_folder, "cut.data");
        File.WriteAllBytes(cut, bytes[..(bytes.Length / 2)]);
        var some = Count(cut, out var notes);
        Assert.InRange(some, 1, whole - 1);
        Assert.Contains(notes, note => note.StartsWith("Damaged: the file ends ", StringComparison.Ordinal));
        Assert.Contains(notes, note => note.StartsWith("The file does not tell on which machine it was made", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Damage_anywhere_costs_no_more_than_what_it_hit()
    {
        Record(["-e", "cpu-clock:u", "-F", "5000", "-g"], "100");
        var bytes = File.ReadAllBytes(Data);
        var random = new Random(4711);
        var changed = Path.Combine(_folder, "changed.data");
        for (var round = 0; round < 200; round++)
        {
            var copy = (byte[])bytes.Clone();
            for (var i = 0; i < 8; i++)
            {
                copy[random.Next(16, copy.Length)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(changed, copy);
            try
            {
                using var samples = RecordedSamples.Open(changed);
                var profile = new Profile(samples.Description);
                samples.ReadTo(profile.Add);
                profile.Report(samples.Losses);
                Assert.Equal(samples.SampleCount, profile.Totals.Events.Sum(one => one.Samples));
            }
            catch (PerfmonException refused)
            {
                Assert.True(refused.Reason is PerfmonReason.InvalidRequest or PerfmonReason.NotSupported, refused.Message);
            }
        }
    }

    [SkippableFact]
    public void Code_of_DotNet_is_named_by_its_perf_map()
    {
        Requires.Command("dotnet");
        Perf.Record(Data, ["-B", "-e", "cpu-clock:u", "-F", "2000", "-g"],
            "sh", "-c", $"DOTNET_PerfMapEnabled=1 DOTNET_PerfMapJitDumpPath={_folder} timeout 2 dotnet {Path.Combine(AppContext.BaseDirectory, "Perfmon.Probe.dll")} spin > /dev/null; true");
        using var samples = RecordedSamples.Open(Data, new RecordedSamplesOptions { PerfMapFolder = _folder });
        var profile = new Profile(samples.Description);
        samples.ReadTo(profile.Add);
        var top = FlatView.Of(profile).Rows[0];
        Assert.Equal(("Spinning+Spinner`1[System.__Canon].Spin(int32)", FrameKind.Jit), (top.Name, top.Function!.Value.Kind));
        Assert.True(top.SelfShare > 0.3, $"{top.SelfShare}");

        // Without its map the code has no name, and a note says how to get one.
        using var without = RecordedSamples.Open(Data, new RecordedSamplesOptions { PerfMapFolder = Path.Combine(_folder, "none") });
        without.ReadTo();
        Assert.Contains(without.Notes, AsksForMap);

        // Beside a map that does not tell of it, to ask for a map would be no help.
        foreach (var map in Directory.GetFiles(_folder, "perf-*.map"))
        {
            File.WriteAllText(map, "1000 10 elsewhere\n");
        }

        using var beside = RecordedSamples.Open(Data, new RecordedSamplesOptions { PerfMapFolder = _folder });
        var nameless = new Profile(beside.Description);
        beside.ReadTo(nameless.Add);
        Assert.Contains(FlatView.Of(nameless).Rows, row => row.Function is { Name: "", Module: "/memfd:doublemapper" });
        Assert.DoesNotContain(beside.Notes, AsksForMap);

        static bool AsksForMap(string note) => note.Contains("DOTNET_PerfMapEnabled=1", StringComparison.Ordinal);
    }

    // Build ids are another test's: perf 6.1 ends with a failed assertion of its own now and then when it looks for those of what the kernel is in.
    private void Record(string[] options, string rounds) => Perf.Record(Data, ["-B", .. options], "taskset", "-c", "0", CProgram.Named("hot_functions"), rounds);

    private static long Count(string file, out IReadOnlyList<string> notes)
    {
        using var samples = RecordedSamples.Open(file);
        samples.ReadTo();
        notes = samples.Notes;
        return samples.SampleCount;
    }

    /// <summary>Reads the file, and compares each sample with perf's, or each of one process.</summary>
    private Profile Compare(out RecordedSamples samples, Func<Profile, int>? processOf = null)
    {
        samples = RecordedSamples.Open(Data);
        var profile = new Profile(samples.Description);
        var ours = new List<PerfScript.Sample>();
        while (samples.TryRead(out var sample))
        {
            profile.Add(in sample);
            var leaf = sample.Frames[0];
            ours.Add(new(
                sample.ProcessId, sample.ThreadId, sample.Time, sample.Weight, samples.Description.Events[sample.Event].Name,
                leaf.IsResolved ? leaf.Function : "[unknown]", leaf.Module));
        }

        var process = processOf?.Invoke(profile);
        Assert.NotEmpty(ours);
        var theirs = PerfScript.Samples(Data);
        Assert.Equal(theirs.Count, ours.Count);
        var (all, named) = (0, 0);
        foreach (var (their, our) in theirs.Zip(ours).Where(pair => process is null || pair.First.Pid == process))
        {
            Assert.Equal(their, our with { Function = their.Function });
            (all, named) = (all + 1, named + (PerfScript.Same(their.Function, their.Module) == PerfScript.Same(our.Function, our.Module) ? 1 : 0));
        }

        // perf 6.1 takes stubs of the procedure linkage table for others, or for what is before them; it lets symbols without a size reach to the next, and of several
        // at an address takes another here and there. Such code runs for moments.
        Assert.InRange(named, (all * 97 / 100) - 2, all);
        return profile;
    }

    private static Dictionary<string, long> ByFunction(FlatView table) => table.Rows
        .Where(row => row.Function is { } function && row.Self.Samples > 0 && PerfScript.IsCompared(function.Module, function.Name))
        .GroupBy(row => PerfScript.Same(row.Name, row.Function!.Value.Module)).ToDictionary(group => group.Key, group => group.Sum(row => row.Self.Samples));

    private static IEnumerable<string> Expected(Dictionary<string, long> counts) => counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}");

    private sealed class NoSeeking(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 777));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
