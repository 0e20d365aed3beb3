using System.Text;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>Each kind of target on the running kernel, by events whose number is known: no sample more, no sample less.</summary>
public sealed class SamplingTargetTests
{
    private static readonly SamplingOptions s_each = SamplingRun.Every(1) with { RingSize = RingSize.OfAtLeast(8 << 20) };

    /// <summary>Threads that are born and die all the time, also while the session attaches, are each sampled.</summary>
    [SkippableTheory]
    [InlineData("0", 1)]
    [InlineData("300", 5)]
    public void A_process_with_every_thread_it_will_have(string churn, int times)
    {
        Counting.Needs();
        for (var i = 0; i < times; i++)
        {
            using var session = SamplingSession.Create(Counting.Getppid, s_each);
            using var program = RunningProgram.Start("thread_churn", "3", "500", "8", "20", churn);
            session.Attach(Target.Process(program.Pid));
            Assert.Null(session.Notice);
            Assert.Equal(HostDescription.Current.Cpus.Online.Count, session.RingCount);
            session.Start();
            program.Go();
            Assert.Equal("calls 10000", program.ReadLine());
            Assert.Equal(0, program.End());
            var (times_, samples) = SamplingRun.ReadToEnd(session);
            Assert.Equal((10_000UL, 0UL), (samples, session.Ledger.Lost));
            Assert.Equal(0UL, session.Ledger.OutOfOrder);
            Assert.Equal(times_.Order(), times_);
        }
    }

    /// <summary>Threads that exist at the attach, each with samples of its own.</summary>
    [SkippableTheory]
    [InlineData(Following.ThreadsAndProcesses)]
    [InlineData(Following.Nothing)]
    public void A_process_with_the_threads_it_has(Following following)
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, s_each with { Following = following });
        using var program = RunningProgram.Start("phased_work", "4", "1000000", "5", "early");
        session.Attach(Target.Process(program.Pid));
        session.Start();
        program.Go();
        Assert.Equal(0, program.End());
        var calls = new Dictionary<int, int>();
        while (session.WaitToRead())
        {
            foreach (var record in session.ReadBatch())
            {
                if (record.TryAsSample(out var sample))
                {
                    Assert.Equal(program.Pid, sample.Pid);
                    calls[sample.Tid] = calls.GetValueOrDefault(sample.Tid) + 1;
                }
            }
        }

        Assert.Equal(0UL, session.Ledger.Lost);
        Assert.Equal([2000, 2000, 2000, 2000, 2000], calls.Values);
        Assert.DoesNotContain(program.Pid, calls.Keys);
    }

    /// <summary>Between a stop and a start no thread of a process is sampled, nor counted as lost, whenever it was born.</summary>
    [SkippableFact]
    public void A_process_that_is_stopped_meanwhile()
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, s_each);
        using var program = RunningProgram.Start("getppid_batches");
        session.Attach(Target.Process(program.Pid));
        program.Call(100_000);
        for (var round = 0; round < 3; round++)
        {
            session.Start();
            program.Call(1000);
            session.Stop();
            program.Call(100_000);
            Assert.Equal(1000UL, SamplingRun.ReadNow(session));
        }

        Assert.Equal((3000UL, 0UL), (session.Ledger.Samples, session.Ledger.Lost));
    }

    [SkippableTheory]
    [InlineData(Following.Nothing, 0)]
    [InlineData(Following.Threads, 1000)]
    [InlineData(Following.ThreadsAndProcesses, 1000)]
    public void A_commands_threads_as_asked(Following following, int expected)
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, s_each with { Following = following });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "1000", "4"));
        session.Start();
        Assert.Equal((ulong)expected, SamplingRun.ReadToEnd(session).Samples);
    }

    /// <summary>Several processes share the rings, and the stream goes on until the last of them has ended.</summary>
    [SkippableFact]
    public void Several_processes_to_the_end_of_the_last()
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, s_each);
        using var one = RunningProgram.Start("thread_churn", "0", "20", "2", "5");
        using var other = RunningProgram.Start("thread_churn", "0", "30", "2", "5");
        session.Attach([Target.Process(one.Pid), Target.Process(other.Pid)]);
        Assert.Equal(HostDescription.Current.Cpus.Online.Count, session.RingCount);
        session.Start();
        foreach (var program in new[] { one, other })
        {
            Assert.False(session.HasTargetEnded);
            program.Go();
            Assert.Equal(0, program.End());
        }

        Assert.Equal(250UL, SamplingRun.ReadToEnd(session).Samples);
        Assert.True(session.HasTargetEnded);
        Assert.Equal(0UL, session.Ledger.Lost);
    }

    [SkippableFact]
    public void Targets_of_several_kinds_are_refused_and_so_is_a_list_with_one_that_is_not_there()
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, s_each);
        using var program = RunningProgram.Start("getppid_batches");
        var mixed = Assert.Throws<PerfmonException>(() => session.Attach([Target.Process(program.Pid), Target.AllCpus]));
        Assert.Equal(PerfmonReason.InvalidRequest, mixed.Reason);
        Assert.Contains($"process {program.Pid} and all CPUs", mixed.Message, StringComparison.Ordinal);
        var missing = Assert.Throws<PerfmonException>(() => session.Attach([Target.Process(program.Pid), Target.Process(4_194_304)]));
        Assert.Equal(PerfmonReason.NoSuchTarget, missing.Reason);

        // Nothing of the refused ones is left.
        session.Attach([Target.Thread(program.Pid), Target.Thread(program.Pid)]);
    }

    /// <summary>Whoever is on a CPU: the calls of a program that the session knows nothing of are there.</summary>
    [SkippableFact]
    public void All_cpus()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = SamplingSession.Create(Counting.Getppid, s_each);
        session.Attach(Target.AllCpus);
        Assert.Equal(HostDescription.Current.Cpus.Online.Count, session.RingCount);
        session.Start();
        program.Call(20_000);
        session.Stop();
        program.Call(100);
        var calls = 0;
        var last = 0UL;
        foreach (var record in session.ReadBatch())
        {
            Assert.True(record.TryGetTime(out var time) && time >= last);
            last = time;
            calls += record.TryAsSample(out var sample) && sample.Tid == program.Pid ? 1 : 0;
        }

        Assert.Equal((20_000, 0UL), (calls, session.Ledger.Lost));
    }

    [SkippableFact]
    public void A_thread_until_it_ends()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = SamplingSession.Create(Counting.Getppid, s_each);
        session.Attach(Target.Thread(program.Pid));
        session.Start();
        program.Call(500);
        program.Call(500);
        Assert.Equal(0, program.End());
        Assert.Equal(1000UL, SamplingRun.ReadToEnd(session).Samples);
        Assert.True(session.HasTargetEnded);
        Assert.False(session.IsStarted);
        _ = Assert.Throws<PerfmonException>(session.Start);
        session.Stop();
    }

    /// <summary>The runtime makes a call or two of its own now and then.</summary>
    [SkippableFact]
    public void The_calling_thread()
    {
        Counting.Needs(programs: false);
        using var session = SamplingSession.Create(Counting.Settime, s_each);
        session.Attach(Target.CallingThread);
        session.Start();
        Counting.CallSettime(3000);
        session.Stop();
        Assert.InRange(SamplingRun.ReadNow(session), 3000UL, 3020UL);
    }

    /// <summary>A shell that starts programs: their births, names, mappings and ends are in the stream, before and after what they do.</summary>
    [SkippableFact]
    public async Task The_side_band_of_a_command()
    {
        Counting.Needs();
        var program = CProgram.Named("getppid_calls");
        using var session = SamplingSession.Create(Counting.Getppid, s_each);
        session.Attach(Target.Command("sh", "-c", $"{program} 300; {program} 200 2; true"));
        session.Start();
        var alive = new Dictionary<int, string>();
        var mapped = new HashSet<(int Pid, string Path)>();
        var (samples, forks, exits) = (new Dictionary<string, int>(), 0, 0);
        await foreach (var owned in session.ReadRecordsAsync())
        {
            var record = owned.Record;
            if (record.TryAsComm(out var comm))
            {
                alive[comm.Tid] = Encoding.UTF8.GetString(comm.Name);
            }
            else if (record.TryAsMmap(out var mmap))
            {
                mapped.Add((mmap.Pid, Encoding.UTF8.GetString(mmap.FileName)));
            }
            else if (record.TryAsTask(out var task) && record.Type == RecordType.Fork)
            {
                forks++;
                alive[task.Tid] = alive[task.ParentTid];
            }
            else if (record.Type == RecordType.Exit)
            {
                exits++;
                Assert.True(record.TryAsTask(out var end) && alive.Remove(end.Tid));
            }
            else if (owned is Sample sample)
            {
                // Names are cut to 15 bytes.
                samples[alive[sample.Tid]] = samples.GetValueOrDefault(alive[sample.Tid]) + 1;
                Assert.True(alive[sample.Tid] == "sh" || mapped.Contains((sample.Pid, program)));
            }
        }

        Assert.Equal(500, samples[Path.GetFileName(program)[..15]]);
        Assert.Equal((4, 5), (forks, exits));
        Assert.Empty(alive);
        Assert.True(session.Ledger.IsComplete, session.Ledger.ToString());
    }

    [SkippableFact]
    public void No_side_band_where_none_is_asked_for()
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, s_each with { SideBand = SideBand.None });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "100", "2"));
        session.Start();
        var (times, samples) = SamplingRun.ReadToEnd(session);
        Assert.Equal((100UL, 100), (samples, times.Count));
    }

    [SkippableFact]
    public void What_cannot_be_is_refused_before_the_kernel_is_asked()
    {
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => SampleRate.Period(0));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => SampleRate.Frequency(double.NaN));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => RingSize.OfPages(3));
        var reasons = new SamplingOptions[]
        {
            new() { Rate = SampleRate.Frequency(uint.MaxValue) },
            new() { UserStack = new UserStackOptions(1, 12) },
            new() { WakeUp = WakeUp.AfterBytes(1 << 30) },
            new() { Fields = SampleFields.Aux },
        }.Select(options => Assert.Throws<PerfmonException>(() => SamplingSession.Create("cpu-clock", options)).Message);
        Assert.Equal(4, reasons.Distinct().Count());
        Assert.Contains("sudo sysctl kernel.perf_event_max_sample_rate=4294967295", reasons.First(), StringComparison.Ordinal);
    }
}
