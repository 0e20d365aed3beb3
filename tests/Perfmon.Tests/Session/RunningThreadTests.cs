using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>A thread that runs while it is attached to, and is not switched away from between the attach and the start.</summary>
[Collection(OneAtATime.Name)]
public sealed class RunningThreadTests
{
    // Clocks, software events and tracepoints are PMUs of their own in the kernel, and one context here.
    private const string Events = "task-clock," + Counting.Settime + ",page-faults,cpu-clock";
    private const int Times = 50;

    [SkippableTheory]
    [InlineData(Following.ThreadsAndProcesses)]
    [InlineData(Following.Threads)]
    [InlineData(Following.Nothing)]
    public void What_a_process_does_right_after_it_attached_to_itself_is_counted(Following following)
    {
        Counting.Needs(programs: false);
        for (var time = 0; time < Times; time++)
        {
            using var session = MonitoringSession.Create(Events, new SessionOptions { Following = following });
            session.Attach(Target.Process(Environment.ProcessId));
            CountsAtOnce(session);
        }
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void So_it_is_of_a_single_thread(bool byNumber)
    {
        Counting.Needs(programs: false);
        for (var time = 0; time < Times; time++)
        {
            using var session = MonitoringSession.Create(Events);
            session.Attach(byNumber ? Target.Thread(Native.LinuxKernel.Instance.CurrentThread) : Target.CallingThread);
            CountsAtOnce(session);
        }
    }

    [SkippableFact]
    public void And_of_threads_that_run_elsewhere()
    {
        Counting.Needs(tracepoints: false, programs: false);
        using var stop = new CancellationTokenSource();
        var spinning = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Thread.SpinWait(100);
            }
        });
        spinning.Start();
        try
        {
            for (var time = 0; time < Times; time++)
            {
                using var session = MonitoringSession.Create("task-clock,page-faults,cpu-clock,minor-faults");
                session.Attach(Target.Process(Environment.ProcessId));
                session.Start();
                session.Stop();
                Assert.All(session.Read(), one => Assert.Equal(one.Count.TimeEnabled, one.Count.TimeRunning));
            }
        }
        finally
        {
            stop.Cancel();
            spinning.Join();
        }
    }

    private static void CountsAtOnce(MonitoringSession session)
    {
        const int calls = 10;
        session.Start();
        Counting.CallSettime(calls);
        session.Stop();
        var reading = session.Read();
        Assert.All(reading, one => Assert.Equal((one.Name, CountState.Counted, one.Count.TimeEnabled), (one.Name, one.Count.State, one.Count.TimeRunning)));
        Counting.Exactly(calls, reading[1].Count);
    }
}
