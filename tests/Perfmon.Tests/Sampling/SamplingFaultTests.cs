using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Native;
using Perfmon.Sampling;
using Perfmon.Session;
using Perfmon.Tests.Events;
using Perfmon.Tests.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>An attach opens everything or nothing, whatever fails in the middle of it.</summary>
public sealed class SamplingFaultTests : IDisposable
{
    // 2 events and the dummy on each of 3 CPUs, and a ring for each CPU; epoll and a timer to wait.
    private const int Cpus = 3;
    private const int Events = 3 * Cpus;

    private readonly FakeHost _files = EventMachines.Server()
        .File("sys/devices/system/cpu/online", "0-2")
        .File("proc/self/limits", "Max open files            12                   20                   files\nMax locked memory         65536                65536                bytes")
        .File("proc/sys/kernel/perf_event_mlock_kb", "516")
        .File("proc/sys/kernel/osrelease", "6.18.0")
        .Folder("proc/self/fd")
        .Folder("proc/5/task/5")
        .Folder("proc/5/task/6");

    private readonly ScriptedKernel _kernel = ScriptedKernel.Fake();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Nothing_stays_open_wherever_descriptors_run_out()
    {
        using var session = Session();
        for (var nth = 1; nth <= Events; nth++)
        {
            _kernel.Fail(KernelCall.PerfEventOpen, Errno.EMFILE, nth);
            var refusal = Refused(session, Target.AllCpus, PerfmonReason.LimitReached, Errno.EMFILE);
            Assert.Contains($"{Events} are needed and 12 allowed (hard limit 20)", refusal, StringComparison.Ordinal);
            Assert.StartsWith("Cannot sample ", refusal, StringComparison.Ordinal);
        }

        session.Attach(Target.AllCpus);
        Assert.Equal((Events + 2, Cpus), (_kernel.OpenDescriptors.Count, _kernel.Mappings));
        session.Start();
        session.Dispose();
        NothingIsOpen();
    }

    /// <summary>Each of two threads on each CPU, and each CPU's ring with an event of its own.</summary>
    [Fact]
    public void Nothing_of_a_process_stays_open_either()
    {
        using var session = Session();
        const int events = (2 * Events) + Cpus;
        for (var nth = 1; nth <= events; nth++)
        {
            _kernel.Fail(KernelCall.PerfEventOpen, Errno.EACCES, nth);
            _ = Refused(session, Target.Process(5), PerfmonReason.NotPermitted, Errno.EACCES);
        }

        session.Attach(Target.Process(5));
        Assert.Equal((events + 3, Cpus), (_kernel.OpenDescriptors.Count, _kernel.Mappings));
        session.Dispose();
        NothingIsOpen();
    }

    [Fact]
    public void A_soft_limit_is_raised_once_and_the_attach_goes_on()
    {
        using var session = Session();
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.EMFILE, 5).Answer(KernelCall.RaiseOpenFiles, KernelResult.Of(1));
        session.Attach(Target.AllCpus);
        Assert.Equal(1, _kernel.Calls(KernelCall.RaiseOpenFiles));
        Assert.Equal(Events + 2, _kernel.OpenDescriptors.Count);
    }

    [Theory]
    [InlineData((int)Errno.EPERM)]
    [InlineData((int)Errno.ENOMEM)]
    public void Rings_that_cannot_be_mapped_leave_nothing(int error)
    {
        using var session = Session();
        foreach (var target in new[] { Target.AllCpus, Target.Process(5) })
        {
            for (var nth = 1; nth <= Cpus; nth++)
            {
                _kernel.Fail(KernelCall.MapEvent, (Errno)error, nth);
                var refusal = Refused(session, target, PerfmonReason.LimitReached, (Errno)error);
                if (error == (int)Errno.EPERM)
                {
                    // 3 CPUs of 516 KiB and 64 KiB of locked memory, for three rings with a page more each.
                    Assert.Contains("1612 KiB, of which 1548 are needed", refusal, StringComparison.Ordinal);
                    Assert.Contains("Ask for rings of 512 KiB, or allow it:  sudo sysctl kernel.perf_event_mlock_kb=495", refusal, StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public void Smaller_rings_are_taken_where_they_may_be()
    {
        using var session = Session(new SamplingOptions { SmallerRings = SmallerRings.Allow });
        _kernel.Fail(KernelCall.MapEvent, Errno.EPERM, 2).Fail(KernelCall.MapEvent, Errno.EPERM, 3);
        session.Attach(Target.AllCpus);
        Assert.StartsWith("The rings have 128 KiB each in place of 512 KiB", session.Notice, StringComparison.Ordinal);
        session.Dispose();
        NothingIsOpen();
    }

    [Fact]
    public void Down_to_a_page_and_no_further()
    {
        using var session = Session(new SamplingOptions { SmallerRings = SmallerRings.Allow });
        _kernel.FailAlways(KernelCall.MapEvent, Errno.EPERM);
        _ = Refused(session, Target.AllCpus, PerfmonReason.LimitReached, Errno.EPERM);
        Assert.Equal(8, _kernel.Calls(KernelCall.MapEvent));
    }

    [Theory]
    [InlineData(nameof(KernelCall.EpollCreate))]
    [InlineData(nameof(KernelCall.TimerCreate))]
    [InlineData(nameof(KernelCall.EpollAdd))]
    public void Nobody_could_wait(string call)
    {
        using var session = Session();
        _kernel.Fail(Enum.Parse<KernelCall>(call), Errno.EMFILE);
        _ = Refused(session, Target.Process(5), PerfmonReason.LimitReached, Errno.EMFILE);
    }

    [Fact]
    public void A_command_ends_when_it_cannot_be_sampled()
    {
        using var session = Session();
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.ENOENT, 2);
        _ = Refused(session, Target.Command("true"), PerfmonReason.NotSupported, Errno.ENOENT);
    }

    [Fact]
    public void Threads_that_have_ended_are_passed_over_and_the_rest_is_sampled()
    {
        using var session = Session();

        // Of thread 6, which is not in /proc any more, on CPU 0 the second event fails: the first goes again.
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.ESRCH, Events + 2);
        session.Attach(Target.Process(5));
        Assert.Equal((2 * Events) - 3 + Cpus + 3, _kernel.OpenDescriptors.Count);
        session.Dispose();
        NothingIsOpen();
    }

    [Fact]
    public void A_process_that_has_ended_is_told()
    {
        using var session = Session();
        _ = Refused(session, Target.Process(7), PerfmonReason.NoSuchTarget, Errno.ESRCH);
        _kernel.FailAlways(KernelCall.PerfEventOpen, Errno.ESRCH);
        _ = Refused(session, Target.Thread(99), PerfmonReason.NoSuchTarget, Errno.ESRCH);
    }

    [Fact]
    public void What_an_event_without_overflows_answers_is_explained()
    {
        using var session = Session();
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.EINVAL, 2);
        Assert.Contains("does not accept this event with samples", Refused(session, Target.AllCpus, PerfmonReason.NotSupported, Errno.EINVAL), StringComparison.Ordinal);
    }

    [Fact]
    public void Calls_in_the_wrong_state_are_refused()
    {
        using var session = Session();
        _ = Assert.Throws<PerfmonException>(session.Start);
        _ = Assert.Throws<PerfmonException>(session.Stop);
        _ = Assert.Throws<PerfmonException>(session.TakeSnapshot);
        Assert.False(session.TryRead(out _));
        session.Attach(Target.AllCpus);
        _ = Assert.Throws<PerfmonException>(() => session.Attach(Target.AllCpus));
        session.Dispose();
        session.Dispose();
        session.Stop();
        _ = Assert.Throws<ObjectDisposedException>(session.Start);
        Assert.False(session.WaitToRead());
        NothingIsOpen();
    }

    private SamplingSession Session(SamplingOptions? options = null)
    {
        var host = _files.Read();
        return SamplingSession.Create(EventParser.ParseOrThrow("page-faults,context-switches", host), options ?? SamplingOptions.Default, _kernel, host);
    }

    private string Refused(SamplingSession session, Target target, PerfmonReason reason, Errno error)
    {
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(target));
        Assert.Equal((reason, (int)error), (refusal.Reason, refusal.Errno));
        NothingIsOpen();
        return refusal.Message;
    }

    private void NothingIsOpen()
    {
        Assert.Empty(_kernel.OpenDescriptors);
        Assert.Equal((0, 0), (_kernel.WrongCloses, _kernel.Mappings));
    }
}
