using Perfmon.Sampling;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>Sessions that are disposed and cancelled while others read them: no crash, no hang, nothing lost of what was in the rings.</summary>
public sealed class SamplingRaceTests
{
    private const int Rounds = 60;

    private static readonly SamplingOptions s_each = SamplingRun.Every(1) with { RingSize = RingSize.OfAtLeast(1 << 20) };

    /// <summary>Disposed while another thread reads one by one: what was sampled is read to the last.</summary>
    [SkippableFact]
    public void Disposed_while_it_is_read()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        var random = new Random(3);
        for (var round = 0; round < Rounds; round++)
        {
            var session = SamplingSession.Create(Counting.Getppid, s_each);
            session.Attach(Target.Thread(program.Pid));
            session.Start();
            var read = Task.Run(() => SamplingRun.ReadToEnd(session).Samples);
            var calls = random.Next(5000);
            program.Call(calls);
            session.Dispose();
            Assert.Equal((ulong)calls, read.Result);
            Assert.Equal(((ulong)calls, 0UL), (session.Ledger.Samples, session.Ledger.Lost));
        }
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposed_while_a_stream_is_read(bool throughChannel)
    {
        Counting.Needs();
        var random = new Random(4);
        for (var round = 0; round < Rounds; round++)
        {
            using var session = SamplingSession.Create(Counting.Getppid, s_each with { Following = Following.Nothing });
            session.Attach(Target.Command(CProgram.Named("getppid_calls"), "3000"));
            var stream = throughChannel ? session.OpenChannel(16, WhenFull.Wait).ReadAllAsync() : session.ReadAllAsync();
            session.Start();
            var disposal = Task.Run(async () =>
            {
                await Task.Delay(random.Next(6));
                session.Dispose();
            });
            var samples = 0UL;
            await foreach (var sample in stream)
            {
                samples++;
            }

            await disposal;

            // How many there were depends on when; but all that were sampled are given.
            Assert.InRange(samples, 0UL, 3000UL);
            Assert.Equal((samples, 0UL), (session.Ledger.Samples, session.Ledger.Lost));
        }
    }

    /// <summary>A reader that gives up leaves the rest to the next.</summary>
    [SkippableFact]
    public async Task Cancelled_and_read_on()
    {
        Counting.Needs();
        var random = new Random(5);
        using var session = SamplingSession.Create(Counting.Getppid, s_each with { RingSize = RingSize.OfAtLeast(16 << 20) });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "100000"));
        session.Start();
        var (samples, last) = (0, 0UL);
        for (var isOver = false; !isOver;)
        {
            using var cancellation = new CancellationTokenSource(random.Next(3));
            try
            {
                await foreach (var sample in session.ReadAllAsync(cancellation.Token))
                {
                    Assert.True(sample.Time >= last);
                    last = sample.Time;
                    samples++;
                }

                isOver = true;
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.Equal((100_000, 0UL), (samples, session.Ledger.Lost));
    }

    [SkippableFact]
    public async Task A_wait_ends_when_it_is_cancelled_or_the_session_disposed()
    {
        var options = new SamplingOptions { Latency = TimeSpan.FromMinutes(10) };
        for (var round = 0; round < Rounds; round++)
        {
            using var session = SamplingSession.Create("page-faults", options);
            session.Attach(Target.CallingThread);
            using var cancellation = new CancellationTokenSource();
            var waits = round % 2 == 0
                ? Task.Run(() => session.WaitToRead(cancellation.Token))
                : Task.Run(async () => await session.WaitToReadAsync(cancellation.Token));
            if (round % 3 == 0)
            {
                await Task.Delay(1);
            }

            if (round % 4 < 2)
            {
                session.Dispose();
                Assert.False(await waits.WaitAsync(TimeSpan.FromSeconds(30)));
            }
            else
            {
                await cancellation.CancelAsync();
                _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits.WaitAsync(TimeSpan.FromSeconds(30)));
            }
        }
    }

    /// <summary>The kernel wakes who waits as soon as a ring is as full as asked for, long before the longest wait is over.</summary>
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_kernel_wakes_who_waits(bool bySamples)
    {
        Counting.Needs();
        var options = s_each with
        {
            Latency = TimeSpan.FromMinutes(10),
            WakeUp = bySamples ? WakeUp.AfterSamples(100) : WakeUp.AfterBytes(4096),
        };
        using var program = RunningProgram.Start("getppid_batches");
        using var session = SamplingSession.Create(Counting.Getppid, options);
        session.Attach(Target.Process(program.Pid));
        session.Start();
        var waits = Task.Run(async () => bySamples ? session.WaitToRead() : await session.WaitToReadAsync());
        await Task.Delay(20);
        Assert.False(waits.IsCompleted);
        program.Go("5000");
        Assert.True(await waits.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [SkippableFact]
    public void Two_readers_at_once_are_refused()
    {
        Counting.Needs(programs: false);
        using var session = SamplingSession.Create("page-faults", SamplingRun.Every(1));
        session.Attach(Target.CallingThread);
        _ = session.OpenChannel(1, WhenFull.Wait);
        _ = Assert.Throws<InvalidOperationException>(() => session.OpenChannel(1, WhenFull.Wait));
        _ = Assert.Throws<InvalidOperationException>(() => session.TryRead(out _));
        _ = Assert.Throws<InvalidOperationException>(() => session.WaitToRead());
    }

    /// <summary>Sessions come and go: no descriptor and no mapping stays.</summary>
    [SkippableFact]
    public async Task Nothing_is_left_of_sessions_that_were()
    {
        Counting.Needs();
        var kernel = ScriptedKernel.OnLinux();
        for (var round = 0; round < 20; round++)
        {
            using var session = SamplingSession.Create(Perfmon.Events.EventParser.ParseOrThrow(Counting.Getppid, Perfmon.Host.HostDescription.Current), s_each, kernel, Perfmon.Host.HostDescription.Current);
            session.Attach(Target.Command(CProgram.Named("getppid_calls"), "100", "2"));
            session.Start();
            if (round % 2 == 0)
            {
                _ = SamplingRun.ReadToEnd(session);
            }

            var command = session.Command!;
            session.Dispose();
            Assert.Equal(0, (await command.WaitForExitAsync()).ExitCode);
        }

        // Whoever waits for a command in the background still holds its descriptor for a moment.
        Assert.True(SpinWait.SpinUntil(() => kernel.OpenDescriptors.Count == 0, TimeSpan.FromSeconds(30)));
        Assert.Equal((0, 0), (kernel.Mappings, kernel.WrongCloses));
    }
}
