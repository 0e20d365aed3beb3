using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Sampling;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>Sessions that act on overflows, where the kernel refuses or everything happens at once.</summary>
public sealed class OverflowFaultTests
{
    [Fact]
    public void A_ring_is_as_large_as_may_be_locked()
    {
        var kernel = ScriptedKernel.OnLinux().Fail(KernelCall.MapEvent, Errno.EPERM, 1).Fail(KernelCall.MapEvent, Errno.EPERM, 2);
        using (var session = Create(kernel))
        {
            session.Attach(Target.CallingThread);
            session.Start();
            Assert.Equal(3, kernel.Calls(KernelCall.MapEvent));
        }

        Assert.Equal((0, 0), (kernel.OpenDescriptors.Count, kernel.Mappings));
    }

    [Fact]
    public void No_room_for_a_ring_is_explained_and_leaves_nothing()
    {
        var kernel = ScriptedKernel.OnLinux().FailAlways(KernelCall.MapEvent, Errno.EPERM);
        using var session = Create(kernel);
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Contains("perf_event_mlock_kb", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (kernel.OpenDescriptors.Count, kernel.Mappings));
        kernel.Heal();
        session.Attach(Target.CallingThread);
        Assert.Equal(SessionState.Loaded, session.State);
    }

    [Fact]
    public void Counters_that_cannot_be_read_at_the_end_are_closed_all_the_same()
    {
        var kernel = ScriptedKernel.OnLinux();
        using (var session = Create(kernel))
        {
            session.Attach(Target.CallingThread);
            session.Start();
            kernel.FailAlways(KernelCall.Read, Errno.EIO);
            session.Detach();
            Assert.Equal(SessionState.Unloaded, session.State);
        }

        Assert.Equal((0, 0, 0), (kernel.OpenDescriptors.Count, kernel.Mappings, kernel.WrongCloses));
    }

    [SkippableFact]
    public async Task Sessions_that_end_amid_overflows_leave_nothing()
    {
        Counting.Needs();
        var kernel = ScriptedKernel.OnLinux();
        using var program = RunningProgram.Start("getppid_batches");
        program.Go("100000000");
        for (var i = 0; i < 100; i++)
        {
            var session = OverflowSession.Create(
                [new(Counting.Getppid) { Period = 20 + (ulong)i, RandomMask = i % 2 == 0 ? 0x1fUL : 0, Notifies = i % 4 < 2 }], format: null, kernel, HostDescription.Current);
            session.Attach(Target.Thread(program.Pid));
            session.Start();
            var restarts = Task.Run(async () =>
            {
                await foreach (var _ in session.ReadMessagesAsync())
                {
                    try
                    {
                        session.Restart();
                    }
                    catch (Exception over) when (over is ObjectDisposedException or PerfmonException)
                    {
                        return;
                    }
                }
            });
            if (i % 10 == 0)
            {
                for (var waited = 0; session.Overflows.Overflows < 20 && waited < 10_000; waited++)
                {
                    await Task.Delay(1);
                }
            }

            if (i % 3 == 0)
            {
                session.Detach();
            }

            session.Dispose();
            await restarts.WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.Equal((0, 0, 0), (kernel.OpenDescriptors.Count, kernel.Mappings, kernel.WrongCloses));
    }

    private static OverflowSession Create(ScriptedKernel kernel) =>
        OverflowSession.Create([new("page-faults") { Period = 1_000_000, Notifies = true }], format: null, kernel, HostDescription.Current);
}
