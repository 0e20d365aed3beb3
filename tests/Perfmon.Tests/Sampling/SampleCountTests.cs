using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>How many samples there are, on the running kernel and exactly: each way of reading gives the same.</summary>
public sealed class SampleCountTests
{
    private const int Calls = 30_000;

    [SkippableTheory]
    [InlineData(1UL)]
    [InlineData(7UL)]
    [InlineData(100UL)]
    [InlineData(10_000UL)]
    public void One_thread_one_by_one(ulong period)
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = SamplingSession.Create(Counting.Getppid, SamplingRun.Every(period) with { RingSize = RingSize.OfAtLeast(8 << 20) });
        session.Attach(Target.Thread(program.Pid));
        session.Start();
        program.Call(Calls);
        session.Stop();
        program.Call(1000);
        Assert.Equal(Calls / period, SamplingRun.ReadNow(session));
        var ledger = session.Ledger;
        Assert.Equal((Calls / period, 0UL, true), (ledger.Samples, ledger.Lost, ledger.IsComplete));
    }

    [SkippableTheory]
    [InlineData(1UL)]
    [InlineData(7UL)]
    [InlineData(100UL)]
    [InlineData(10_000UL)]
    public async Task A_command_as_an_async_stream(ulong period)
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, SamplingRun.Every(period) with { Following = Following.Nothing, RingSize = RingSize.OfAtLeast(8 << 20) });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), $"{Calls}"));
        session.Start();
        var samples = new List<Sample>();
        await foreach (var sample in session.ReadAllAsync())
        {
            samples.Add(sample);
        }

        Assert.Equal(Calls / (int)period, samples.Count);
        Assert.All(samples, sample => Assert.Equal((session.Command!.ProcessId, period, Counting.Getppid), (sample.Tid, sample.Period, sample.Event?.Name)));
        Assert.True(session.HasTargetEnded);
        Assert.Equal(0, (await session.Command!.WaitForExitAsync()).ExitCode);
    }

    [SkippableTheory]
    [InlineData(1UL, WhenFull.Wait)]
    [InlineData(7UL, WhenFull.DropOldest)]
    [InlineData(100UL, WhenFull.DropNewest)]
    [InlineData(10_000UL, WhenFull.Wait)]
    public async Task A_command_through_a_channel(ulong period, WhenFull whenFull)
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, SamplingRun.Every(period) with { Following = Following.Nothing, RingSize = RingSize.OfAtLeast(8 << 20) });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), $"{Calls}"));
        var channel = session.OpenChannel(Calls, whenFull);
        session.Start();
        var samples = 0UL;
        await foreach (var sample in channel.ReadAllAsync())
        {
            samples++;
        }

        Assert.Equal((Calls / period, 0UL), (samples, session.Ledger.Dropped));
    }

    /// <summary>A channel that is too small drops what it says, and counts it; or waits, and loses nothing that the ring can hold.</summary>
    [SkippableTheory]
    [InlineData(WhenFull.DropNewest)]
    [InlineData(WhenFull.DropOldest)]
    [InlineData(WhenFull.Wait)]
    public async Task A_full_channel(WhenFull whenFull)
    {
        Counting.Needs();
        const int capacity = 100;
        using var session = SamplingSession.Create(Counting.Getppid, SamplingRun.Every(10) with { Following = Following.Nothing, RingSize = RingSize.OfAtLeast(8 << 20) });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), $"{Calls}"));
        var channel = session.OpenChannel(capacity, whenFull);
        session.Start();
        _ = await session.Command!.WaitForExitAsync();
        if (whenFull == WhenFull.Wait)
        {
            session.Dispose();
        }
        else
        {
            // Nobody takes anything until all is in, or dropped.
            await channel.Completion.WaitAsync(TimeSpan.FromMilliseconds(1)).ContinueWith(_ => { }, TaskScheduler.Default);
            while (session.Ledger.Samples < Calls / 10 || session.Ledger.Dropped < (Calls / 10) - capacity)
            {
                await Task.Delay(5);
            }
        }

        var times = new List<ulong>();
        await foreach (var sample in channel.ReadAllAsync())
        {
            times.Add(sample.Time);
        }

        var dropped = session.Ledger.Dropped;
        Assert.Equal(Calls / 10UL, (ulong)times.Count + dropped);
        Assert.Equal(whenFull == WhenFull.Wait ? 0UL : (Calls / 10) - capacity, dropped);
        Assert.Equal(times.Order(), times);
    }

    /// <summary>More than a ring of one page holds: what was read and what was lost are all there was.</summary>
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_flood_into_a_tiny_ring(int threads)
    {
        Counting.Needs();
        var options = SamplingRun.Every(1) with { RingSize = RingSize.OfPages(1), Following = threads == 1 ? Following.Nothing : Following.Threads };
        using var session = SamplingSession.Create(Counting.Getppid, options);
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "200000", $"{threads}"));
        session.Start();
        var (times, samples) = SamplingRun.ReadToEnd(session);
        var ledger = session.Ledger;
        Assert.NotEqual(0UL, ledger.LostSamples);
        Assert.Equal(200_000UL, samples + ledger.LostSamples);
        Assert.Equal((samples, (ulong)times.Count), (ledger.Samples, ledger.Records));
        Assert.InRange(ledger.LostTold, 1UL, ledger.Lost);
        Assert.Equal(ledger.Lost, ledger.LostSamples + ledger.LostSideBand);
        Assert.False(ledger.IsComplete);
    }

    /// <summary>A fixed period is not written to each sample, or the kernel would sample every event; a frequency's is.</summary>
    [SkippableFact]
    public async Task Periods_are_known_either_way()
    {
        Counting.Needs();
        var events = $"{Counting.Getppid}:period=50,task-clock";
        using var session = SamplingSession.Create(events, new SamplingOptions { Rate = SampleRate.Frequency(1000), Following = Following.Nothing });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "300000"));
        session.Start();
        var samples = new List<Sample>();
        await foreach (var sample in session.ReadAllAsync())
        {
            samples.Add(sample);
        }

        var calls = samples.Where(sample => sample.Event!.Name.StartsWith(Counting.Getppid, StringComparison.Ordinal)).ToList();
        Assert.Equal(6000, calls.Count);
        Assert.All(calls, sample => Assert.Equal((50UL, SampleFields.None), (sample.Period, sample.Fields.Fields & SampleFields.Period)));
        var clock = samples.Except(calls).ToList();
        Assert.NotEmpty(clock);
        Assert.All(clock, sample => Assert.Equal(("task-clock", 1_000_000UL), (sample.Event!.Name, sample.Period)));
    }

    [SkippableFact]
    public void Stopped_and_started_again()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = SamplingSession.Create(Counting.Getppid, SamplingRun.Every(1));
        session.Attach(Target.Thread(program.Pid));
        for (var round = 0; round < 5; round++)
        {
            program.Call(100);
            session.Start();
            program.Call(1000);
            session.Stop();
            program.Call(100);
            Assert.Equal(1000UL, SamplingRun.ReadNow(session));
        }

        Assert.False(session.IsComplete);
        session.Dispose();
        Assert.Equal(0UL, SamplingRun.ReadNow(session));
        Assert.True(session.IsComplete);
    }

    /// <summary>Reading is free of allocation, whatever the number of records and of rings.</summary>
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Reading_allocates_nothing(bool everyCpu)
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = SamplingSession.Create(Counting.Getppid, SamplingRun.Every(1) with { RingSize = RingSize.OfAtLeast(2 << 20) });
        session.Attach(everyCpu ? Target.Process(program.Pid) : Target.Thread(program.Pid));
        session.Start();

        // Twice on each CPU: what waits for the other half of a ring's memory is there then.
        for (var round = 0; round < 2 * Environment.ProcessorCount; round++)
        {
            RunOn(program, round % Environment.ProcessorCount);
            program.Call(10_000);
            Assert.Equal(10_000UL, SamplingRun.ReadNow(session));
        }

        // A collection that another test causes gives this thread a new piece of memory to allocate from, and counts what was left of the old one: such a round tells
        // nothing, and another is made.
        for (var (round, measured) = (0, 0); measured < 4; round++)
        {
            Assert.True(round < 100, "The garbage collector never rests.");
            RunOn(program, round % Environment.ProcessorCount);
            program.Call(10_000);
            var collections = GC.CollectionCount(0);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var samples = SamplingRun.ReadNow(session);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (GC.CollectionCount(0) == collections)
            {
                Assert.Equal((10_000UL, 0L), (samples, allocated));
                measured++;
            }
        }
    }

    // Process.ProcessorAffinity is sched_setaffinity(2), of the main thread.
    private static void RunOn(RunningProgram program, int cpu)
    {
        using var process = System.Diagnostics.Process.GetProcessById(program.Pid);
#pragma warning disable CA1416 // Linux has it.
        process.ProcessorAffinity = 1 << cpu;
#pragma warning restore CA1416
    }
}
