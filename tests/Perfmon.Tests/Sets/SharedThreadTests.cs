using System.Diagnostics;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sets;

/// <summary>Many sessions are switched by few threads: what keeps one of them is none of the others' concern.</summary>
public sealed class SharedThreadTests
{
    private const ulong Turn = 1_000_000;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_that_somebody_holds_keeps_no_other_waiting(bool followsProcess)
    {
        Requires.CCompiler();
        using var spin = Spin();
        var target = followsProcess ? Target.Process(spin.Id) : Target.Thread(spin.Id);
        using var held = Started(LinuxKernel.Instance, target);
        using var other = Started(LinuxKernel.Instance, target);
        using (held.Hold())
        {
            // Its turn ends, and nobody can see to it.
            Thread.Sleep(20);
            AssertSwitches(other);
        }

        AssertSwitches(held);
        spin.Kill();
    }

    [SkippableFact]
    public void A_session_whose_target_has_ended_keeps_no_other_waiting_while_its_counters_are_closed()
    {
        Requires.CCompiler();
        using var spin = Spin();
        using var other = Started(LinuxKernel.Instance, Target.Process(spin.Id));
        using var mayClose = new ManualResetEventSlim();
        var kernel = ScriptedKernel.OnLinux();
        using var session = Started(kernel, Target.Command(CProgram.Named("getppid_calls"), ["2000000"]));
        kernel.BeforeClose = mayClose.Wait;
        try
        {
            // Nobody waits for it by a descriptor that would be closed.
            while (!File.ReadAllText($"/proc/{session.Command!.ProcessId}/stat").Contains(") Z ", StringComparison.Ordinal))
            {
                Thread.Sleep(1);
            }

            AssertSwitches(other);
            var close = Task.Run(() => session.Detach(toleratesEnd: true));
            AssertSwitches(other);
            Assert.False(close.IsCompleted);
        }
        finally
        {
            mayClose.Set();
        }

        Assert.True(session.HasEnded);
        session.Dispose();
        spin.Kill();
        Assert.Equal([], kernel.OpenDescriptors);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_that_is_read_all_the_time_switches_all_the_same(bool followsProcess)
    {
        Requires.CCompiler();
        using var spin = Spin();
        using var session = Started(LinuxKernel.Instance, followsProcess ? Target.Process(spin.Id) : Target.Thread(spin.Id));
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (session.Statistics(0).ActiveTime < 1000 * Turn)
            {
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        readers.ForEach(reader => reader.Join());
        spin.Kill();

        // Two thousand turns, on a quiet machine. Where a reader keeps the lock from who switches it is a tenth of that.
        Assert.InRange(session.Switching.Switches, 500UL, 3000UL);
    }

    private static Process Spin() => Process.Start(new ProcessStartInfo(CProgram.Named("spin"), ["60000"]) { RedirectStandardOutput = true })!;

    private static SessionEngine Started(IPerfKernel kernel, Target target)
    {
        var session = SetEngine.Create(kernel, Turn, null, "page-faults", "page-faults");
        session.Attach(target);
        session.Start();
        return session;
    }

    private static void AssertSwitches(SessionEngine session)
    {
        var before = session.Switching.Switches;
        var now = before;
        for (var waited = 0; waited < 10_000 && now < before + 20; waited++)
        {
            Thread.Sleep(1);
            now = session.Switching.Switches;
        }

        Assert.True(now >= before + 20, $"{now - before} switches");
    }
}
