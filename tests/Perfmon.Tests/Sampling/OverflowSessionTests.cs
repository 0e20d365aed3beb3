using Perfmon.Diagnostics;
using Perfmon.Native;
using Perfmon.Sampling;
using Perfmon.Sampling.Formats;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>Overflows of events by name, on a program that enters system calls as often as it is told.</summary>
public sealed class OverflowSessionTests
{
    private const string Exit = "syscalls:sys_exit_getppid";

    [SkippableFact]
    public async Task A_message_tells_of_an_overflow_that_froze_the_counts()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = OverflowSession.Create([new(Counting.Getppid) { Period = 100, PeriodAfterRestart = 30, Notifies = true }, new(Exit)]);
        session.Attach(Target.Thread(program.Pid));
        session.Start();
        Call(program, 5_000);
        await foreach (var message in session.ReadMessagesAsync())
        {
            Assert.Equal((SessionMessageKind.Overflow, program.Pid, program.Pid), (message.Kind, message.ProcessId, message.ThreadId));
            Assert.Equal([Counting.Getppid], session.EventsOf(message));
            break;
        }

        Assert.Equal(SessionState.Masked, session.State);
        Assert.Equal(99UL, session.Count(Exit));
        session.Restart();
        Call(program, 29);
        Assert.Equal((29UL, 128UL, SessionState.Loaded), (session.Count(Counting.Getppid), session.Count(Exit), session.State));
        Call(program, 5_000);
        Assert.Equal((128UL, SessionState.Masked), (session.Count(Exit), session.State));
        Assert.Equal((2UL, 2UL, 2UL), (session.Overflows.Overflows, session.Overflows.Notifications, session.Overflows.Maskings));
    }

    [SkippableFact]
    public void A_format_is_given_what_was_sampled_and_resets_follow()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        var format = new DefaultFormat(1 << 20);
        using var session = OverflowSession.Create(
            [new(Counting.Getppid) { Period = 10, Sampled = [Exit, "page-faults"], Resets = [Exit], EventId = 3 }, new(Exit), new("page-faults")], format);
        session.Attach(Target.Thread(program.Pid));
        session.Start();
        Call(program, 1_234);
        session.Stop();
        Assert.Equal(123UL, format.Count);
        Assert.Same(format, session.Format);
        Assert.Equal((4UL, 5UL), (session.Count(Counting.Getppid), session.Count(Exit)));
    }

    [SkippableFact]
    public void A_cpu_overflows_whoever_runs_on_it()
    {
        Requires.Root();
        var threads = new HistogramFormat<int>(static (in sample) => sample.Cpu);
        using var session = OverflowSession.Create([new("cpu-clock") { Period = 1_000_000 }], threads);
        session.Attach(Target.Cpu(0));
        var began = System.Diagnostics.Stopwatch.StartNew();
        session.Start();
        Thread.Sleep(200);
        session.Stop();
        Assert.Equal([0], threads.Counts.Select(pair => pair.Key));
        Assert.InRange((double)threads.Counts[0].Value, 1, began.Elapsed.TotalMilliseconds + 1);
        Assert.Equal(threads.Counts[0].Value, session.Overflows.Overflows);
    }

    [SkippableFact]
    public void Overflows_that_bring_more_of_them_hold_nobody_up()
    {
        Counting.Needs(programs: false);
        var format = new BringsAnother();
        using var session = OverflowSession.Create([new(Counting.Settime) { Period = 1 }], format);
        session.Attach(Target.CallingThread);
        session.Start();
        Counting.CallSettime(1);
        Assert.Equal(SessionState.Loaded, session.State);
        Assert.Equal(1UL, format.Overflows);
        _ = session.Overflows;
        Assert.Equal(2UL, format.Overflows);
        session.Stop();
        Assert.Equal((3UL, 3UL, 0UL), (format.Overflows, session.Overflows.Overflows, session.Overflows.Lost));
    }

    [Fact]
    public void A_thread_samples_itself()
    {
        var histogram = new HistogramFormat<ulong>(static (in sample) => sample.Ip);
        using var session = OverflowSession.Create([new("task-clock:u") { Period = 100_000, RandomMask = 0xfff }], histogram);
        session.Attach(Target.CallingThread);
        session.Start();
        for (var i = 0; i < 20_000_000; i++)
        {
            Volatile.Write(ref s_sink, i);
        }

        session.Stop();
        Assert.InRange(histogram.Counts.Sum(pair => (long)pair.Value), 10, 100_000);
    }

    [Fact]
    public void Many_keys_are_counted_together()
    {
        var histogram = new HistogramFormat<int>(static (in sample) => sample.Pmd, most: 2);
        foreach (var pmd in (int[])[1, 2, 3, 1, 4])
        {
            histogram.Handle(new OverflowSample
            {
                Pmd = pmd,
                Set = 0,
                LastReset = 0,
                EventId = 0,
                Values = [],
                Ip = 0,
                ProcessId = 0,
                ThreadId = 0,
                Cpu = 0,
                Time = 0,
                Notifies = false,
            });
        }

        Assert.Equal([KeyValuePair.Create(1, 2UL), KeyValuePair.Create(2, 1UL)], histogram.Counts);
        Assert.Equal(2UL, histogram.Others);
    }

    [Fact]
    public void Requests_that_make_no_sense_are_refused()
    {
        Assert.Contains("no period", Refusal([new("page-faults") { Notifies = true }]), StringComparison.Ordinal);
        Assert.Contains("twice", Refusal([new("page-faults") { Period = 1 }, new("page-faults")]), StringComparison.Ordinal);
        Assert.Contains("minor-faults is not an event of this session. Its events are: page-faults", Refusal([new("page-faults") { Period = 1, Sampled = ["minor-faults"] }]), StringComparison.Ordinal);
        Assert.Contains("one event", Refusal([new("page-faults,minor-faults")]), StringComparison.Ordinal);
        using var session = OverflowSession.Create([new("page-faults") { Period = 1_000, Notifies = true }]);
        Assert.Throws<PerfmonException>(session.Restart);

        // Each thread of a process overflows for itself.
        var several = Assert.Throws<PerfmonException>(() => session.Attach(Target.Process(Environment.ProcessId)));
        Assert.Contains("for one thread or one CPU", several.Message, StringComparison.Ordinal);
        Assert.Equal((int)Errno.EINVAL, several.Errno);
    }

    private static int s_sink;

    private static string Refusal(IReadOnlyList<OverflowEvent> events) => Assert.Throws<PerfmonException>(() => OverflowSession.Create(events)).Message;

    private static void Call(RunningProgram program, int calls)
    {
        program.Go($"{calls}");
        Assert.Equal($"done {calls}", program.ReadLine());
    }

    // Enters the call whose overflow it is asked of. It gives up some time, so that a session that does not is seen to fail.
    private sealed class BringsAnother : ISamplingFormat
    {
        public ulong Overflows { get; private set; }

        // The thread that watches is to leave them to the one that asks.
        public int WakeupEvents => 0;

        public OverflowActions Handle(in OverflowSample sample)
        {
            if (++Overflows < 10_000)
            {
                Counting.CallSettime(1);
            }

            return OverflowActions.Reset;
        }

        public void Restart()
        {
        }
    }
}
