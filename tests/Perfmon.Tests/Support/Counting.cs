using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Tests.Support;

/// <summary>What the tests of counts on the running kernel share.</summary>
internal static class Counting
{
    public const string Getppid = "syscalls:sys_enter_getppid";

    /// <summary>The runtime has no timers of this kind, so that only <see cref="CallSettime"/> makes this call. It makes some of gettid itself.</summary>
    public const string Settime = "syscalls:sys_enter_timerfd_settime";

    /// <summary>Enters the call so many times, for no timer.</summary>
    public static void CallSettime(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _ = LinuxKernel.Instance.TimerSet(-1, 0);
        }
    }

    public static void Needs(bool tracepoints = true, bool programs = true)
    {
        if (tracepoints)
        {
            Requires.Root();
            Requires.TraceFs();
        }

        if (programs)
        {
            Requires.CCompiler();
        }
    }

    /// <summary>Counts <paramref name="events"/> of a command from its first instruction to its end.</summary>
    public static async Task<(Reading Reading, CommandExit Exit)> Command(string events, SessionOptions options, string program, params string[] arguments)
    {
        using var session = MonitoringSession.Create(events, options);
        session.Attach(Target.Command(program, arguments));
        session.Start();
        var exit = await session.Command!.WaitForExitAsync();
        return (session.Read(), exit);
    }

    /// <summary>Waits until the target has ended, as its pidfd tells: all its counts are in then.</summary>
    public static void WaitForEnd(MonitoringSession session)
    {
        if (!session.HasTargetEnded)
        {
            Assert.Equal(1, Polling.Input((int)session.MessageDescriptor.DangerousGetHandle(), 60_000));
        }

        Assert.True(session.HasTargetEnded);
    }

    public static void Exactly(ulong expected, Count count) => Assert.Equal((expected, CountState.Counted), (count.Value, count.State));
}
