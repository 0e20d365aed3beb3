using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Events;
using Perfmon.Tests.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>An attach opens everything or nothing, whatever fails in the middle of it.</summary>
public sealed class AttachFaultTests : IDisposable
{
    // 3 groups and 5 events on each of 3 CPUs.
    private const string Events = "{page-faults,cs},{cycles,instructions},branches";
    private const int Needed = 15;

    private readonly FakeHost _files = EventMachines.Server()
        .File("sys/devices/system/cpu/online", "0-2")
        .File("proc/self/limits", "Max open files            12                   20                   files")
        .Folder("proc/self/fd");

    private readonly ScriptedKernel _kernel = ScriptedKernel.Fake();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Nothing_stays_open_wherever_descriptors_run_out()
    {
        using var session = Session(Events);
        for (var nth = 1; nth <= Needed; nth++)
        {
            _kernel.Fail(KernelCall.PerfEventOpen, Errno.EMFILE, nth);
            var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.AllCpus));
            Assert.Equal((PerfmonReason.LimitReached, (int)Errno.EMFILE), (refusal.Reason, refusal.Errno));
            Assert.Contains($"{Needed} are needed and 12 allowed (hard limit 20)", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("on all CPUs.", refusal.Message, StringComparison.Ordinal);
            Assert.Empty(_kernel.OpenDescriptors);
            Assert.Equal(SessionState.Unloaded, session.State);
        }

        session.Attach(Target.AllCpus);
        Assert.Equal(Needed, _kernel.OpenDescriptors.Count);
        session.Dispose();
        Assert.Empty(_kernel.OpenDescriptors);
        Assert.Equal(0, _kernel.WrongCloses);
    }

    [Theory]
    [InlineData((int)Errno.EACCES, PerfmonReason.NotPermitted)]
    [InlineData((int)Errno.EBUSY, PerfmonReason.Busy)]
    [InlineData((int)Errno.ENOMEM, PerfmonReason.LimitReached)]
    [InlineData((int)Errno.EFAULT, PerfmonReason.Unexpected)]
    public void Nor_whatever_the_kernel_answers(int error, PerfmonReason reason)
    {
        using var session = Session(Events);
        _kernel.Fail(KernelCall.PerfEventOpen, (Errno)error, 9);
        Assert.Equal(reason, Assert.Throws<PerfmonException>(() => session.Attach(Target.AllCpus)).Reason);
        Assert.Empty(_kernel.OpenDescriptors);
    }

    [Fact]
    public void An_old_kernel_tells_the_size_it_knows()
    {
        using var session = Session("cpu/event=1,config3=5/");
        _kernel.KnownAttrSize = 120;
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.E2BIG);
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Contains("ends at byte 120", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_that_is_skipped_leaves_the_rest_and_nothing_open()
    {
        using var session = Session(Events, new SessionOptions { UnsupportedEvents = UnsupportedEvents.Skip });

        // Of CPU 0: page-faults, cs, cycles; then instructions is missing, and all is opened anew without it.
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.ENOENT, 4);
        session.Attach(Target.AllCpus);
        Assert.Equal(Needed - 3, _kernel.OpenDescriptors.Count);
        session.Start();
        _kernel.Events.Happen(5);

        var reading = session.Read();
        Assert.Equal([15UL, 15UL, 15UL, 0UL, 15UL], reading.Select(one => one.Count.Value));
        Assert.Equal(CountState.NotCounted, reading["instructions"].State);
        Assert.Contains("Cannot count instructions on all CPUs.", reading[3].Reason, StringComparison.Ordinal);
        Assert.All(new[] { 0, 1, 2, 4 }, i => Assert.Null(reading[i].Reason));
    }

    [Fact]
    public void When_all_are_skipped_the_attach_fails_with_every_reason()
    {
        using var session = Session("cycles,page-faults", new SessionOptions { UnsupportedEvents = UnsupportedEvents.Skip });
        _kernel.FailAlways(KernelCall.PerfEventOpen, Errno.ENOENT);
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Equal(PerfmonReason.NotSupported, refusal.Reason);
        Assert.Contains("Cannot count cycles", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Cannot count page-faults", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_kernel.OpenDescriptors);
    }

    [Fact]
    public void What_is_not_permitted_is_not_skipped()
    {
        using var session = Session(Events, new SessionOptions { UnsupportedEvents = UnsupportedEvents.Skip });
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.EACCES, 2);
        Assert.Throws<PerfmonException>(() => session.Attach(Target.AllCpus));
        Assert.Empty(_kernel.OpenDescriptors);
    }

    [Theory]
    [InlineData((int)Errno.EMFILE)]
    [InlineData((int)Errno.ENFILE)]
    public void A_target_whose_end_cannot_be_watched_is_not_attached_to(int error)
    {
        using var session = Session(Events);
        _kernel.Fail(KernelCall.PidfdOpen, (Errno)error);
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.Thread(4711)));
        Assert.Equal((PerfmonReason.LimitReached, error), (refusal.Reason, refusal.Errno));
        Assert.Contains("4711", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_kernel.OpenDescriptors);
    }

    [Fact]
    public void A_pidfd_is_closed_when_the_counters_cannot_be_opened()
    {
        using var session = Session(Events);
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.ESRCH);
        Assert.Equal(PerfmonReason.NoSuchTarget, Assert.Throws<PerfmonException>(() => session.Attach(Target.Thread(4711))).Reason);
        Assert.Empty(_kernel.OpenDescriptors);
    }

    /// <summary>Kernels before 6.9 cannot watch one thread of several: the session counts, and sends no END.</summary>
    [Fact]
    public void Without_pidfds_of_threads_there_is_no_end()
    {
        using var session = Session("page-faults");
        _kernel.Fail(KernelCall.PidfdOpen, Errno.EINVAL);
        session.Attach(Target.Thread(4711));
        _kernel.Events.End();
        Assert.Equal(SessionState.Loaded, session.State);
    }

    [Fact]
    public void Epoll_that_cannot_watch_the_target_fails_the_attach_wholly()
    {
        using var session = Session("page-faults");
        _ = session.MessageDescriptor;
        var before = _kernel.OpenDescriptors;
        _kernel.Fail(KernelCall.EpollAdd, Errno.ENOMEM);
        Assert.Throws<PerfmonException>(() => session.Attach(Target.Thread(4711)));
        Assert.Equal((SessionState.Unloaded, false), (session.State, session.HasTargetEnded));
        Assert.Equal(before, _kernel.OpenDescriptors);
        session.Attach(Target.Thread(4711));
        Assert.Equal(2, _kernel.OpenDescriptors.Count - before.Count);
    }

    [Theory]
    [InlineData((int)KernelCall.EpollCreate, 1)]
    [InlineData((int)KernelCall.EventCreate, 1)]
    [InlineData((int)KernelCall.EpollAdd, 1)]
    [InlineData((int)KernelCall.EpollAdd, 2)]
    public void A_message_descriptor_that_could_not_be_made_is_made_the_next_time(int call, int nth)
    {
        using var session = Session("page-faults");
        session.Attach(Target.Thread(4711));
        var before = _kernel.OpenDescriptors;
        _kernel.Fail((KernelCall)call, Errno.EMFILE, nth);
        Assert.Equal(PerfmonReason.LimitReached, Assert.Throws<PerfmonException>(() => session.MessageDescriptor).Reason);
        Assert.Equal(before, _kernel.OpenDescriptors);
        var watched = _kernel.Calls(KernelCall.EpollAdd);
        _ = session.MessageDescriptor;
        Assert.Equal((2, watched + 2), (_kernel.Calls(KernelCall.EpollCreate), _kernel.Calls(KernelCall.EpollAdd)));
    }

    [Fact]
    public void An_interrupted_poll_is_not_the_end()
    {
        using var session = Session("page-faults");
        session.Attach(Target.Thread(4711));
        _kernel.Fail(KernelCall.PollInput, Errno.EINTR);
        Assert.Equal(SessionState.Loaded, session.State);
    }

    [Theory]
    [InlineData((int)Errno.EBADF)]
    [InlineData((int)Errno.ECHILD)]
    public void A_read_that_fails_is_told_with_its_errno(int error)
    {
        using var session = Session("page-faults,cycles");
        session.Attach(Target.CallingThread);
        session.Start();
        _kernel.Events.Happen(5);
        _kernel.Fail(KernelCall.Read, (Errno)error);
        var refusal = Assert.Throws<PerfmonException>(() => session.Read());
        Assert.Equal((PerfmonReason.Unexpected, error), (refusal.Reason, refusal.Errno));
        Assert.Contains($"read: {(Errno)error}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(5UL, session.Read()["cycles"].Value);
    }

    /// <summary>0 bytes: the kernel took the group off for good. Fewer than asked: nobody knows what they would mean.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(24)]
    public void An_answer_that_is_not_whole_is_no_count(int bytes)
    {
        using var session = Session("page-faults");
        session.Attach(Target.CallingThread);
        session.Start();
        _kernel.Events.Happen(5);
        _kernel.Answer(KernelCall.Read, KernelResult.Of(bytes));
        Assert.Equal(CountState.NotCounted, session.Read()[0].Count.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cpu_that_cannot_be_read_at_the_end_shows_in_the_count(bool fails)
    {
        using var session = Session("page-faults");
        session.Attach(Target.AllCpus);
        session.Start();
        _kernel.Events.Happen(5);
        _kernel.Answer(KernelCall.Read, fails ? KernelResult.Failure(Errno.EIO) : KernelResult.Of(0), 2);
        session.Detach();
        var count = session.Read()[0].Count;
        Assert.Equal((10UL, CountState.Estimated), (count.Raw, count.State));
        Assert.Empty(_kernel.OpenDescriptors);
    }

    [Fact]
    public void A_cgroup_that_cannot_be_opened_is_named()
    {
        using var session = Session("page-faults");
        _kernel.Fail(KernelCall.OpenFolder, Errno.ENOENT);
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.Cgroup("a/b")));
        Assert.Contains("/sys/fs/cgroup/a/b", refusal.Message, StringComparison.Ordinal);

        _kernel.Fail(KernelCall.PerfEventOpen, Errno.EACCES, 2);
        Assert.Throws<PerfmonException>(() => session.Attach(Target.Cgroup("a/b")));
        Assert.Empty(_kernel.OpenDescriptors);
    }

    private MonitoringSession Session(string events, SessionOptions? options = null)
    {
        var host = _files.Read();
        return MonitoringSession.Create(EventParser.ParseOrThrow(events, host), options ?? SessionOptions.Default, _kernel, host);
    }
}
