using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Kvm;
using Perfmon.Kvm.Guests;
using Perfmon.Native;
using Perfmon.Native.Kvm;
using Perfmon.Tests.Events;
using Perfmon.Tests.Host;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Guests;

/// <summary>What a kernel refuses a session on a virtual machine, and what is read of files that are none.</summary>
public sealed class GuestFaultTests : IDisposable
{
    private const int Pid = 42;

    private readonly FakeHost _files = EventMachines.Server()
        .Process(Pid, "vmm", "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0", "anon_inode:kvm-vcpu:1")
        .File("proc/42/task/43/comm", "vcpu0")
        .File("proc/42/task/44/comm", "vcpu1")
        .File("proc/45/schedstat", "2500000 7 3");

    private readonly ScriptedKernel _kernel = ScriptedKernel.Fake();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Nothing_stays_open_wherever_descriptors_run_out()
    {
        for (var nth = 1; nth <= 4; nth++)
        {
            using var session = Session("page-faults,cs");
            _kernel.Fail(KernelCall.PerfEventOpen, Errno.EMFILE, nth);
            Assert.Equal(PerfmonReason.LimitReached, Assert.Throws<PerfmonException>(() => session.Attach(Pid)).Reason);
            Assert.Empty(_kernel.OpenDescriptors);
        }

        using var last = Session("page-faults,cs");
        last.Attach(Pid);
        Assert.NotEmpty(_kernel.OpenDescriptors);
        last.Dispose();
        Assert.Empty(_kernel.OpenDescriptors);
        Assert.Equal(0, _kernel.WrongCloses);
    }

    [Fact]
    public void A_thread_that_ends_during_the_attach_is_passed_over()
    {
        using var session = Session("page-faults");
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.ESRCH, 1);
        session.Attach(Pid);
        session.Start();
        Assert.Equal(1, Assert.Single(session.Read().Vcpus).Vcpu.Vcpu);
    }

    [Fact]
    public void A_vcpu_that_cannot_be_counted_is_said_and_tried_again_and_the_others_go_on()
    {
        using var session = Session("page-faults");
        session.Attach(Pid);
        session.Start();
        _kernel.Events.Happen(3);
        _files.Process(Pid, "vmm", "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0", "anon_inode:kvm-vcpu:1", "anon_inode:kvm-vcpu:2").File("proc/42/task/45/comm", "vcpu2");
        _kernel.Fail(KernelCall.PerfEventOpen, Errno.EMFILE, 1);
        Assert.Equal(6UL, session.Read()["page-faults"].Value);
        Assert.Contains("Cannot count page-faults on vCPU 2 (thread 45).", Assert.Single(session.Notices), StringComparison.Ordinal);

        Assert.Equal([0, 1, 2], session.Read().Vcpus.Select(vcpu => vcpu.Vcpu.Vcpu));
        Assert.Equal("vCPU 2 (thread 45) was found while others were counted: it had run for 2.5 ms, which are not counted.", session.Notices[1]);
        _kernel.Events.Happen(1);
        Assert.Equal([4UL, 4, 1], session.Read().Vcpus.Select(vcpu => vcpu.Counts[0].Count.Value));
    }

    [Fact]
    public void Statistics_of_debugfs_are_sums_and_say_so()
    {
        _files.File("sys/kernel/debug/kvm/43-7/exits", "100").File("sys/kernel/debug/kvm/43-7/halt_wait_ns", "5000").File("sys/kernel/debug/kvm/43-7/pages_4k", "7");
        _files.File("sys/kernel/debug/kvm/43-7/max_mmu_rmap_size", "3").File("sys/kernel/debug/kvm/43-7/halt_wait_hist", "1").File("sys/kernel/debug/kvm/43-7/vcpu0/pid", "43");
        using var session = Session("page-faults", statistics: true);
        session.Attach(Pid);
        session.Start();
        _files.File("sys/kernel/debug/kvm/43-7/exits", "150").File("sys/kernel/debug/kvm/43-7/pages_4k", "6");
        var statistics = session.Read().Statistics!;
        Assert.Equal((GuestStatisticsSource.DebugFs, 0), (statistics.Source, statistics.Vcpus.Count));
        Assert.Equal((50UL, 6UL, 3UL), (statistics.Total!["exits"].Value, statistics.Total["pages_4k"].Value, statistics.Total["max_mmu_rmap_size"].Value));
        Assert.Equal((KvmStatisticUnit.Seconds, -9), (statistics.Total["halt_wait_ns"].Statistic.Unit, statistics.Total["halt_wait_ns"].Statistic.Exponent));
        Assert.False(statistics.Total.Has("halt_wait_hist"));
    }

    [SkippableFact]
    public void A_copy_of_a_machines_descriptor_gives_no_statistics_only_a_copy_of_theirs_does()
    {
        using var guest = SmallGuest.Start();
        using var copy = KvmMachine.OfProcess(guest.Pid);
        Assert.Equal((int)Errno.EIO, Assert.Throws<PerfmonException>(() => KvmStatisticsFile.Open(copy)).Errno);
        using var file = KvmStatisticsFile.Copy(LinuxKvm.Instance, guest.Pid, guest.OpenStatistics(-1));
        Assert.True(file.Read().Has("remote_tlb_flush"));
    }

    private GuestSession Session(string events, bool statistics = false)
    {
        var host = HostDescription.Read(_files.Roots);
        var options = new GuestSessionOptions { LookInterval = TimeSpan.Zero, Statistics = statistics };
        return GuestSession.Create(EventParser.ParseOrThrow(events, host), options, _kernel, LinuxKvm.Instance, host);
    }
}
