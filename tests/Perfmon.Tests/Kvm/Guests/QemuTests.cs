using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Guests;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Guests;

/// <summary>QEMU as the VMM: its monitor, its names of threads, vCPUs that are plugged in.</summary>
public sealed class QemuTests
{
    [SkippableFact]
    public void The_monitor_the_names_and_debugfs_tell_the_same_thread()
    {
        Requires.DebugFs();
        using var machine = QemuMachine.Start(names: true);
        var monitor = GuestVcpus.Find(machine.Pid, machine.Monitor);
        Assert.True(SpinWait.SpinUntil(() => VcpuDebugFs.Read(HostRoots.System, ProcessThreads.List(HostRoots.System, machine.Pid)!).Found.Count == 1, TimeSpan.FromSeconds(60)));
        var names = GuestVcpus.Find(machine.Pid);
        var kernel = VcpuDebugFs.Read(HostRoots.System, ProcessThreads.List(HostRoots.System, machine.Pid)!).Found;
        Assert.Equal((VcpuSource.Monitor, VcpuSource.ThreadNames), (monitor.Source, names.Source));
        Assert.Equal(0, Assert.Single(monitor.Vcpus).Vcpu);
        Assert.Equal(monitor.Vcpus, names.Vcpus);
        Assert.Equal(monitor.Vcpus[0].ThreadId, Assert.Single(kernel).ThreadId);
        Assert.Empty(monitor.Problems);
        Assert.Equal([machine.Monitor], QmpSockets.Find(machine.Pid));
    }

    [SkippableTheory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_vcpu_that_is_plugged_in_is_picked_up(bool names, bool monitor)
    {
        using var machine = QemuMachine.Start(names);
        using var session = GuestSession.Create("task-clock", new GuestSessionOptions { MonitorSocket = monitor ? machine.Monitor : null });
        session.Attach(machine.Pid);
        session.Start();
        Assert.Single(session.Read().Vcpus);
        machine.Plug();
        Assert.True(SpinWait.SpinUntil(() => session.Read().Vcpus.Count == 2, TimeSpan.FromSeconds(60)), "the vCPU was not found");

        // The first runs when QEMU's lock and a CPU are free.
        var reading = session.Read();
        Assert.True(SpinWait.SpinUntil(() => (reading = session.Read()).Vcpus[0].Counts[0].Count.State != CountState.NotCounted, TimeSpan.FromSeconds(60)), "vCPU 0 did not run");
        Assert.Equal([0, 1], reading.Vcpus.Select(vcpu => vcpu.Vcpu.Vcpu));
        Assert.Equal(monitor ? VcpuSource.Monitor : VcpuSource.ThreadNames, session.Machine!.Source);
        Assert.Equal(CountState.Counted, reading.Vcpus[0].Counts[0].Count.State);
        Assert.Contains(session.Notices, notice => notice.StartsWith("vCPU 1 (thread ", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Its_statistics_agree_with_the_tracepoint()
    {
        Requires.TraceFs();
        using var machine = QemuMachine.Start(names: false);
        using var session = GuestSession.Create("kvm:kvm_emulate_insn", new GuestSessionOptions { MonitorSocket = machine.Monitor });
        session.Attach(machine.Pid);
        Stop(machine);
        session.Start();
        Continue(machine);
        Thread.Sleep(300);
        Stop(machine);
        session.Stop();
        var reading = session.Read();
        var statistics = reading.Statistics!;
        Assert.Equal((GuestStatisticsSource.Monitor, null), (statistics.Source, statistics.Problem));
        Assert.Equal(reading["kvm:kvm_emulate_insn"].Value, statistics.Total!["insn_emulation"].Value);
        Assert.Equal(reading["kvm:kvm_emulate_insn"].Value, statistics.Vcpus[0]["insn_emulation"].Value);
        Assert.Equal(KvmStatisticKind.LogHistogram, statistics.Vcpus[0]["halt_wait_hist"].Statistic.Kind);
        Assert.Equal(32, statistics.Vcpus[0]["halt_wait_hist"].Values.Count);
    }

    [SkippableFact]
    public void A_monitor_that_another_client_holds_is_said_and_names_serve()
    {
        using var machine = QemuMachine.Start(names: true);
        using var other = QmpConnection.Open(machine.Monitor);
        var found = GuestVcpus.Find(machine.Pid, machine.Monitor);
        Assert.Equal(VcpuSource.ThreadNames, found.Source);
        Assert.Contains("A monitor serves one client at a time", Assert.Single(found.Problems), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_monitor_of_another_process_is_not_believed()
    {
        using var machine = QemuMachine.Start(names: false);
        using var guest = SmallGuest.Start(1, SmallGuest.QemuNames);
        var found = GuestVcpus.Find(guest.Pid, machine.Monitor);
        Assert.Equal((VcpuSource.ThreadNames, guest.Threads[0]), (found.Source, Assert.Single(found.Vcpus).ThreadId));
        Assert.Contains("the monitor is another process's", Assert.Single(found.Problems), StringComparison.Ordinal);

        using var connection = QmpConnection.Open(machine.Monitor);
        var refused = Assert.Throws<PerfmonException>(() => connection.Execute("no-such-command"));
        Assert.Contains("no-such-command", refused.Message, StringComparison.Ordinal);
    }

    private static void Stop(QemuMachine machine) => Tell(machine, "stop");

    private static void Continue(QemuMachine machine) => Tell(machine, "cont");

    private static void Tell(QemuMachine machine, string command)
    {
        using var monitor = QmpConnection.Open(machine.Monitor);
        monitor.Execute(command).Dispose();
    }
}
