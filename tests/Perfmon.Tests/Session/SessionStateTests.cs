using Perfmon.Diagnostics;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>The states of a session, and what each call answers in them.</summary>
public sealed class SessionStateTests
{
    [Fact]
    public void Attached_started_stopped_detached()
    {
        using var session = MonitoringSession.Create("page-faults");
        void Is(SessionState state, bool started) => Assert.Equal((state, started), (session.State, session.IsStarted));

        Is(SessionState.Unloaded, false);
        Assert.Equal(CountState.NotCounted, session.Read()[0].Count.State);
        session.Attach(Target.CallingThread);
        Is(SessionState.Loaded, false);
        session.Stop();
        Is(SessionState.Loaded, false);
        session.Start();
        session.Start();
        Is(SessionState.Loaded, true);
        session.Stop();
        session.Stop();
        Is(SessionState.Loaded, false);
        session.Start();
        session.Detach();
        Is(SessionState.Unloaded, false);
        Assert.Equal(CountState.Counted, session.Read()[0].Count.State);
        Assert.False(session.HasTargetEnded);
    }

    [Fact]
    public void What_needs_an_attachment_is_refused_without_one()
    {
        using var session = MonitoringSession.Create("page-faults");
        foreach (var call in new Action[] { session.Start, session.Stop, session.Detach })
        {
            var refusal = Assert.Throws<PerfmonException>(call);
            Assert.Equal((PerfmonReason.InvalidRequest, (int)Errno.EINVAL), (refusal.Reason, refusal.Errno));
        }
    }

    [Fact]
    public void Attached_twice_is_busy_and_stays_attached()
    {
        using var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.CallingThread);
        session.Start();
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Equal((PerfmonReason.InvalidRequest, (int)Errno.EBUSY), (refusal.Reason, refusal.Errno));
        Assert.True(session.IsStarted);
    }

    [Fact]
    public void A_thread_or_process_that_has_ended_is_no_target()
    {
        var ended = RunResult.Run("sh", "-c", "echo $$").Output;
        var id = int.Parse(ended);
        using var session = MonitoringSession.Create("page-faults");
        foreach (var target in new[] { Target.Thread(id), Target.Process(id) })
        {
            var refusal = Assert.Throws<PerfmonException>(() => session.Attach(target));
            Assert.Equal((PerfmonReason.NoSuchTarget, (int)Errno.ESRCH), (refusal.Reason, refusal.Errno));
            Assert.Contains($"{id}", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(SessionState.Unloaded, session.State);
        }
    }

    [SkippableTheory]
    [InlineData(99)]
    [InlineData(65_535)]
    public void A_cpu_that_is_not_there_is_no_target(int cpu)
    {
        Requires.Root();
        using var session = MonitoringSession.Create("page-faults");
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.Cpu(cpu)));
        Assert.Contains("the CPUs online are ", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Counts_go_on_over_stop_and_start_and_over_targets()
    {
        Counting.Needs(programs: false);
        using var session = MonitoringSession.Create(Counting.Settime);
        session.Attach(Target.CallingThread);
        for (var i = 1; i <= 3; i++)
        {
            Counting.CallSettime(7);
            session.Start();
            Counting.CallSettime(100);
            session.Stop();
            Counting.Exactly((ulong)i * 100, session.Read()[0].Count);
        }

        session.Detach();
        Counting.Exactly(300, session.Read()[0].Count);

        var other = new Thread(() =>
        {
            session.Attach(Target.CallingThread);
            session.Start();
            Counting.CallSettime(50);
            session.Detach();
            Counting.CallSettime(50);
        });
        other.Start();
        other.Join();
        Counting.Exactly(350, session.Read()[0].Count);
        Assert.Equal(CountState.Counted, session.Read()[0].Count.State);
    }

    [Fact]
    public async Task A_disposed_session_refuses_everything_but_disposal()
    {
        var session = MonitoringSession.Create("page-faults");
        session.Attach(Target.CallingThread);
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Attach(Target.CallingThread));
        Assert.Throws<ObjectDisposedException>(session.Start);
        Assert.Throws<ObjectDisposedException>(session.Stop);
        Assert.Throws<ObjectDisposedException>(session.Detach);
        Assert.Throws<ObjectDisposedException>(() => session.Read());
        Assert.Throws<ObjectDisposedException>(() => session.Read(new Count[1]));
        Assert.Throws<ObjectDisposedException>(() => session.TryReadMessage(out _));
        Assert.Throws<ObjectDisposedException>(() => session.MessageDescriptor);
        Assert.Equal((SessionState.Unloaded, false), (session.State, session.IsStarted));
        await foreach (var message in session.ReadMessagesAsync())
        {
            Assert.Fail($"{message}");
        }
    }

    [Fact]
    public void A_place_for_counts_that_is_too_small_is_the_callers_error()
    {
        using var session = MonitoringSession.Create("page-faults,cs");
        Assert.Throws<ArgumentException>(() => session.Read(new Count[1]));
    }

    [Fact]
    public void More_events_than_registers_are_refused()
    {
        var refusal = Assert.Throws<PerfmonException>(() => MonitoringSession.Create(string.Join(',', Enumerable.Repeat("page-faults", 65))));
        Assert.Contains("65", refusal.Message, StringComparison.Ordinal);
        using var most = MonitoringSession.Create(string.Join(',', Enumerable.Repeat("page-faults", 64)));
        most.Attach(Target.CallingThread);
        most.Start();
        Assert.Equal(64, most.Read().Count);
        Assert.Single(most.Read().Select(one => one.Count.Value).Distinct());
    }

    [Fact]
    public void A_count_is_found_by_the_name_that_was_written()
    {
        using var session = MonitoringSession.Create("faults,context-switches:u");
        session.Attach(Target.CallingThread);
        session.Start();
        var reading = session.Read();
        Assert.Equal(reading[1].Count, reading["context-switches:u"]);
        var missing = Assert.Throws<KeyNotFoundException>(() => reading["page-faults"]);
        Assert.Contains("it counts faults, context-switches:u", missing.Message, StringComparison.Ordinal);
    }
}
