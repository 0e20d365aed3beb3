using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Kvm.Guests;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Guests;

/// <summary>Sessions on the vCPUs of another process's virtual machine, which counts itself what its guest does.</summary>
public sealed class GuestSessionTests
{
    private const string Instructions = "kvm:kvm_emulate_insn";
    private const string Exits = "kvm:kvm_userspace_exit";

    [SkippableFact]
    public void Each_vcpu_is_counted_exactly_and_beside_KVMs_own_statistics()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(2, SmallGuest.QemuNames);
        var isInterpreted = guest.IsInterpreted();
        guest.Touch(1, 1); // the threads' own pages are touched then
        guest.OpenStatistics(0);
        guest.OpenStatistics(1);
        guest.OpenStatistics(-1);
        using var session = GuestSession.Create($"{Instructions},{Exits},page-faults");
        session.Attach(guest.Pid);
        guest.Out(0, 50);
        session.Start();
        guest.Out(0, 1000);
        guest.Out(1, 2000);
        guest.Touch(1, 300);
        session.Stop();
        guest.Out(1, 70);
        var reading = session.Read();

        Assert.Equal(VcpuSource.ThreadNames, session.Machine!.Source);
        Assert.Equal(guest.Threads, reading.Vcpus.Select(vcpu => vcpu.Vcpu.ThreadId));
        Assert.Equal([0, 1], reading.Vcpus.Select(vcpu => vcpu.Vcpu.Vcpu));
        Counting.Exactly(1001, reading.Vcpus[0].Counts[1].Count);
        Counting.Exactly(2001 + 1, reading.Vcpus[1].Counts[1].Count);
        Counting.Exactly(3003, reading[Exits]);
        Assert.Empty(session.Notices);

        var statistics = reading.Statistics!;
        Assert.Equal((GuestStatisticsSource.Descriptors, null), (statistics.Source, statistics.Problem));
        Assert.Equal((1UL, 2UL, 3UL), (statistics.Vcpus[0]["halt_exits"].Value, statistics.Vcpus[1]["halt_exits"].Value, statistics.Total!["halt_exits"].Value));
        Assert.Equal(reading[Instructions].Value, statistics.Total!["insn_emulation"].Value);
        Assert.Equal(reading.Vcpus[1].Counts[0].Count.Value, statistics.Vcpus[1]["insn_emulation"].Value);
        if (isInterpreted)
        {
            Counting.Exactly(3001, reading.Vcpus[0].Counts[0].Count);
            Counting.Exactly(6001 + 1201, reading.Vcpus[1].Counts[0].Count);
            Counting.Exactly(300, reading.Vcpus[1].Counts[2].Count);
            Assert.InRange(statistics.Vcpus[0]["exits"].Value, 1001UL, 1001UL + 100); // an interrupt of the host is an exit, too
        }
    }

    [SkippableFact]
    public void What_is_counted_in_several_spans_adds_up_and_so_do_the_statistics()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(1, SmallGuest.QemuNames);
        guest.Out(0, 1);
        guest.OpenStatistics(0);
        using var session = GuestSession.Create($"{Instructions},{Exits}");
        session.Attach(guest.Pid);
        session.Start();
        guest.Out(0, 10);
        session.Stop();
        guest.Out(0, 500);
        session.Start();
        var before = session.Read();
        guest.Out(0, 20);
        var after = session.Read();

        Counting.Exactly(32, after[Exits]);
        Counting.Exactly(21, after.Since(before)[Exits]);
        Assert.Equal(after[Instructions].Value, after.Statistics!.Total!["insn_emulation"].Value);
        Assert.Equal(after.Since(before)[Instructions].Value, after.Since(before).Statistics!.Total!["insn_emulation"].Value);
    }

    [SkippableFact]
    public void A_vcpu_that_is_plugged_in_is_picked_up_by_its_threads_name()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(1, SmallGuest.QemuNames);
        using var session = GuestSession.Create(Exits, new GuestSessionOptions { LookInterval = TimeSpan.Zero });
        session.Attach(guest.Pid);
        session.Start();
        guest.Out(0, 10);
        var thread = guest.Plug();
        Assert.Equal([11UL, 0], session.Read().Vcpus.Select(vcpu => vcpu.Counts[0].Count.Value));
        guest.Out(1, 100);
        var reading = session.Read();

        Assert.Equal(new VcpuThread(1, thread), reading.Vcpus[1].Vcpu);
        Counting.Exactly(101, reading.Vcpus[1].Counts[0].Count);
        Counting.Exactly(112, reading[Exits]);
        Assert.True(reading.Vcpus[1].Missed > TimeSpan.Zero && reading.Vcpus[0].Missed == TimeSpan.Zero);
        Assert.StartsWith($"vCPU 1 (thread {thread}) was found while others were counted: it had run for ", Assert.Single(session.Notices), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_thread_without_a_telling_name_is_known_by_debugfs_once_it_has_run()
    {
        Requires.TraceFs();
        Requires.DebugFs();
        using var guest = SmallGuest.Start();
        var refused = Assert.Throws<PerfmonException>(() =>
        {
            using var early = GuestSession.Create(Exits);
            early.Attach(guest.Pid);
        });
        Assert.Equal(PerfmonReason.NoSuchTarget, refused.Reason);
        Assert.Contains("VCPU 0 has not run yet", refused.Message, StringComparison.OrdinalIgnoreCase);

        guest.Out(0, 1);
        using var session = GuestSession.Create(Exits, new GuestSessionOptions { LookInterval = TimeSpan.Zero });
        session.Attach(guest.Pid);
        session.Start();
        guest.Plug();
        guest.Out(1, 5);
        Counting.Exactly(6, CountedAfter(1, 5));
        Counting.Exactly(7 + 6, CountedAfter(1, 6));
        Assert.Equal(VcpuSource.DebugFs, session.Machine!.Source);

        Count CountedAfter(int vcpu, int times)
        {
            // The first run is what makes the kernel know the thread, and is missed.
            session.Read();
            guest.Out(vcpu, times);
            return session.Read()[Exits];
        }
    }

    [SkippableFact]
    public void Vcpus_are_looked_for_in_time_too()
    {
        using var guest = SmallGuest.Start(1, SmallGuest.QemuNames);
        using var session = GuestSession.Create("task-clock", new GuestSessionOptions { LookInterval = TimeSpan.FromMilliseconds(5) });
        session.Attach(guest.Pid);
        session.Start();
        guest.Plug();
        Assert.True(SpinWait.SpinUntil(() => session.Notices.Count == 1, TimeSpan.FromSeconds(30)), "the vCPU was not found");
        Assert.Equal([0, 1], session.Machine!.Vcpus.Select(vcpu => vcpu.Vcpu));
    }

    [SkippableFact]
    public void A_thread_that_has_ended_keeps_its_counts_and_the_end_of_the_process_is_told()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(2, SmallGuest.QemuNames);
        using var session = GuestSession.Create(Exits);
        session.Attach(guest.Pid);
        session.Start();
        guest.Out(0, 10);
        guest.Out(1, 20);
        guest.EndThread(1);
        guest.Out(0, 30);
        Assert.True(SpinWait.SpinUntil(() => session.Read().Vcpus[1].HasEnded, TimeSpan.FromSeconds(30)));
        var reading = session.Read();
        Counting.Exactly(42, reading.Vcpus[0].Counts[0].Count);
        Counting.Exactly(21, reading.Vcpus[1].Counts[0].Count);
        Assert.False(session.HasEnded);

        var end = session.WaitForEndAsync(CancellationToken.None);
        guest.End();
        Assert.True(end.Wait(TimeSpan.FromSeconds(30)));
        Counting.Exactly(63, session.Read()[Exits]);
        session.Stop();
    }

    [SkippableFact]
    public void Vcpus_can_be_chosen()
    {
        Requires.TraceFs();
        using var guest = SmallGuest.Start(3, "fc_vcpu %d");
        using var session = GuestSession.Create(Exits, new GuestSessionOptions { Vcpus = [2], Statistics = false });
        session.Attach(guest.Pid);
        session.Start();
        guest.Out(1, 10);
        guest.Out(2, 20);
        var reading = session.Read();
        Assert.Equal(2, Assert.Single(reading.Vcpus).Vcpu.Vcpu);
        Counting.Exactly(21, reading[Exits]);
        Assert.Null(reading.Statistics);

        using var none = GuestSession.Create(Exits, new GuestSessionOptions { Vcpus = [3] });
        var refused = Assert.Throws<PerfmonException>(() => none.Attach(guest.Pid));
        Assert.Contains("vCPU 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains("The vCPUs whose threads are known are 0, 1, 2.", refused.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(GuestMode.GuestOnly, "page-faults:G", "Guests alone were asked for (exclude_host)")]
    [InlineData(GuestMode.HostOnly, "page-faults:H", "The host alone was asked for (exclude_guest)")]
    public void Host_counts_are_not_passed_off_as_the_guests(GuestMode mode, string name, string why)
    {
        using var guest = SmallGuest.Start(1, SmallGuest.QemuNames);
        using var session = GuestSession.Create("page-faults", new GuestSessionOptions { Mode = mode });
        var refused = Assert.Throws<PerfmonException>(() => session.Attach(guest.Pid));
        Assert.Equal(PerfmonReason.NotSupported, refused.Reason);
        Assert.StartsWith($"Cannot count {name} on vCPU 0 (thread {guest.Threads[0]}).\n{why}, and the kernel looks at that for the counters of a PMU only", refused.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("page-faults:G")]
    [InlineData("kvm:kvm_exit:H")]
    public void Names_with_modifiers_that_do_nothing_are_refused(string name)
    {
        if (name.StartsWith("kvm:", StringComparison.Ordinal))
        {
            _ = Requires.TraceFs();
        }

        var refused = Assert.Throws<PerfmonException>(() => MonitoringSession.Create(name));
        Assert.Contains("the kernel ignores guest and host there", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Exclusions.Host)]
    [InlineData(Exclusions.Guest)]
    [InlineData(Exclusions.Host | Exclusions.Guest)]
    public void A_request_without_a_name_is_refused_or_skipped_too(Exclusions exclude)
    {
        var host = HostDescription.Current;
        var faults = EventParser.ParseOrThrow("page-faults,task-clock", host);
        EventRequest[] requests = [faults[0] with { Selection = faults[0].Selection with { Exclude = exclude } }, faults[1]];
        using var session = MonitoringSession.Create(requests);
        Assert.Equal(PerfmonReason.NotSupported, Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread)).Reason);

        using var tolerant = MonitoringSession.Create(requests, new SessionOptions { UnsupportedEvents = UnsupportedEvents.Skip });
        tolerant.Attach(Target.CallingThread);
        tolerant.Start();
        Thread.SpinWait(100_000);
        var reading = tolerant.Read();
        Assert.Equal((CountState.NotCounted, CountState.Counted), (reading[0].Count.State, reading[1].Count.State));
        Assert.Equal(PerfmonReason.NotSupported, reading[0].Refusal!.Reason);

        using var sampling = Perfmon.Sampling.SamplingSession.Create(requests);
        Assert.Equal(PerfmonReason.NotSupported, Assert.Throws<PerfmonException>(() => sampling.Attach(Target.CallingThread)).Reason);
    }

    [Fact]
    public void A_process_without_a_virtual_machine_is_refused()
    {
        using var session = GuestSession.Create("page-faults");
        var refused = Assert.Throws<PerfmonException>(() => session.Attach(Environment.ProcessId));
        Assert.Equal(PerfmonReason.InvalidRequest, refused.Reason);
        Assert.Contains("None of its descriptors is one of KVM's", refused.Message, StringComparison.Ordinal);
        Assert.Throws<PerfmonException>(() => session.Read());
    }
}
