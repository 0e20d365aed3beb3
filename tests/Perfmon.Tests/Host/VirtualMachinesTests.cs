using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Tests.Kvm.Guests;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Host;

/// <summary>Finding VMMs and the threads of their vCPUs: in files that say all there is to be said, and on this machine.</summary>
public sealed class VirtualMachinesTests
{
    private const string InitialNamespace = "pid:[4026531836]";

    [Theory]
    [InlineData("CPU 0/KVM", "CPU 1/KVM")]
    [InlineData("fc_vcpu 0", "fc_vcpu 1")]
    [InlineData("vcpu0", "vcpu1")]
    [InlineData("crosvm_vcpu0", "crosvm_vcpu1")]
    [InlineData("kvm-vcpu-0", "kvm-vcpu-1")]
    public void Threads_are_known_by_the_names_that_VMMs_give_them(string first, string second)
    {
        using var host = new FakeHost();
        Machine(host, 42, [0, 1], [(42, "vmm"), (43, second), (44, first), (45, "vcpu_x"), (46, "CPU /KVM")]);
        var machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Equal([new(0, 44), new(1, 43)], machine.Vcpus);
        Assert.Equal((VcpuSource.ThreadNames, true, 1), (machine.Source, machine.AreNumbersOfKvm, machine.Machines));
        Assert.Equal([0, 1], machine.VcpuNumbers);
        Assert.Empty(machine.Problems);
    }

    [Fact]
    public void Only_processes_with_KVMs_descriptors_are_found()
    {
        using var host = new FakeHost();
        Machine(host, 42, [0], [(42, "CPU 0/KVM")]);
        host.Process(50, "shell", "/dev/pts/0", "/dev/kvm").File("proc/50/task/50/comm", "CPU 0/KVM");
        host.File("proc/60/cmdline", "other\0").File("proc/60/fdinfo/0", "pos:\t0").Folder("proc/60/fd");
        var all = VirtualMachines.Read(host.Roots);
        Assert.Equal(42, Assert.Single(all.Found).ProcessId);
        Assert.Equal(1, all.NotReadable);
        Assert.True(all.AreOthersHidden);
        Assert.Equal(PerfmonReason.InvalidRequest, Assert.Throws<PerfmonException>(() => VirtualMachines.Find(host.Roots, 50)).Reason);
        Assert.Equal(PerfmonReason.NoSuchTarget, Assert.Throws<PerfmonException>(() => VirtualMachines.Find(host.Roots, 99)).Reason);
    }

    [Fact]
    public void Debugfs_tells_where_names_do_not_and_threads_that_made_the_machine_may_have_ended()
    {
        using var host = new FakeHost();
        Machine(host, 42, [0, 1, 2, 3], [(42, "vmm"), (43, "worker"), (44, "worker")]);
        host.File("sys/kernel/debug/kvm/41-7/vcpu0/pid", "44").File("sys/kernel/debug/kvm/41-7/vcpu1/pid", "43");
        host.File("sys/kernel/debug/kvm/41-7/vcpu2/pid", "0").File("sys/kernel/debug/kvm/41-7/vcpu3/pid", "40");
        host.File("sys/kernel/debug/kvm/90-7/vcpu0/pid", "91").File("sys/kernel/debug/kvm/exits", "1");
        var machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Equal([new VcpuThread(0, 44) { Machine = 7 }, new VcpuThread(1, 43) { Machine = 7 }], machine.Vcpus);
        Assert.Equal(VcpuSource.DebugFs, machine.Source);
        Assert.Equal(["vCPU 2 has not run yet: no thread is known to run it.", "the thread 40 that ran vCPU 3 last has ended."], machine.Problems);
    }

    [Fact]
    public void Debugfs_is_believed_against_names_and_that_is_said()
    {
        using var host = new FakeHost();
        Machine(host, 42, [0, 1], [(42, "vmm"), (43, "CPU 0/KVM"), (44, "CPU 1/KVM")]);
        host.File("sys/kernel/debug/kvm/42-7/vcpu0/pid", "44").File("sys/kernel/debug/kvm/42-7/vcpu1/pid", "43");
        var machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Equal([44, 43], machine.Vcpus.Select(vcpu => vcpu.ThreadId));
        Assert.Contains("disagree", Assert.Single(machine.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_of_another_pid_namespace_are_not_used()
    {
        using var host = new FakeHost();
        Machine(host, 42, [0], [(42, "vmm"), (43, "worker")], space: "pid:[4026532000]");
        host.File("sys/kernel/debug/kvm/42-7/vcpu0/pid", "43");
        var machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Equal((0, VcpuSource.None), (machine.Vcpus.Count, machine.Source));
        Assert.Contains(machine.Problems, problem => problem.Contains("this process is in another (pid:[4026532000])", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_that_are_not_KVMs_numbers_are_the_VMMs_own_and_that_is_said()
    {
        using var host = new FakeHost();
        Machine(host, 42, [0, 2], [(43, "CPU 0/KVM"), (44, "CPU 1/KVM")]);
        var machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Equal([new(0, 43), new(1, 44)], machine.Vcpus);
        Assert.False(machine.AreNumbersOfKvm);
        Assert.Contains(machine.Problems, problem => problem.StartsWith("KVM numbers its vCPUs 0, 2; the names of its threads say 0, 1", StringComparison.Ordinal));

        host.File("sys/kernel/debug/kvm/42-7/vcpu0/pid", "43").File("sys/kernel/debug/kvm/42-7/vcpu2/pid", "44");
        machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Equal([(0, 43), (2, 44)], machine.Vcpus.Select(vcpu => (vcpu.Vcpu, vcpu.ThreadId)));
        Assert.True(machine.AreNumbersOfKvm);
    }

    [Fact]
    public void Two_threads_of_one_name_are_ambiguous()
    {
        using var host = new FakeHost();
        Machine(host, 42, [0], [(43, "vcpu0"), (44, "vcpu0")]);
        var machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Empty(machine.Vcpus);
        Assert.Contains(machine.Problems, problem => problem.StartsWith("threads 43 and 44 both have the name of vCPU 0", StringComparison.Ordinal));
        Assert.Contains(machine.Problems, problem => problem.Contains("debugfs is not mounted", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_machines_of_a_process_are_told_apart_by_debugfs()
    {
        using var host = new FakeHost();
        Machine(host, 42, [0], [(42, "vmm"), (43, "vcpu0"), (44, "vcpu0")], machines: 2);
        host.File("sys/kernel/debug/kvm/42-7/vcpu0/pid", "43").File("sys/kernel/debug/kvm/42-9/vcpu0/pid", "44");
        var machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Equal([new VcpuThread(0, 43) { Machine = 7 }, new VcpuThread(0, 44) { Machine = 9 }], machine.Vcpus);

        var one = Assert.Throws<PerfmonException>(() => VcpuPoints.Find(host.Read(), (VirtualMachineTarget)Target.Vcpu(42, 0), "count"));
        Assert.Contains("threads 43 and 44 each run a vCPU of that number", one.Message, StringComparison.Ordinal);
        Assert.Equal([43, 44], VcpuPoints.Find(host.Read(), (VirtualMachineTarget)Target.VirtualMachine(42), "count").Threads);
    }

    [Fact]
    public void Descriptors_that_may_not_be_looked_at_leave_names_and_the_reason()
    {
        using var host = new FakeHost();
        host.File("proc/42/comm", "vmm").File("proc/42/fdinfo/0", "pos:\t0").Folder("proc/42/fd").File("proc/42/task/43/comm", "fc_vcpu 0");
        var machine = VirtualMachines.Find(host.Roots, 42);
        Assert.Equal([new(0, 43)], machine.Vcpus);
        Assert.Null(machine.Machines);
        Assert.Equal("its descriptors may not be looked at by this user.", Assert.Single(machine.Problems));

        host.File("proc/42/task/43/comm", "worker");
        Assert.Equal(PerfmonReason.NotPermitted, Assert.Throws<PerfmonException>(() => VirtualMachines.Find(host.Roots, 42)).Reason);
    }

    [SkippableFact]
    public void A_real_machine_is_found_by_names_and_by_debugfs()
    {
        Requires.DebugFs();
        using var named = SmallGuest.Start(2, SmallGuest.QemuNames);
        using var nameless = SmallGuest.Start(2);
        nameless.Out(1, 1);
        var found = VirtualMachines.Read(HostRoots.System).Found;
        var one = Assert.Single(found, machine => machine.ProcessId == named.Pid);
        Assert.Equal(named.Threads, one.Vcpus.Select(vcpu => vcpu.ThreadId));
        Assert.Equal(VcpuSource.ThreadNames, one.Source);
        var other = Assert.Single(found, machine => machine.ProcessId == nameless.Pid);
        Assert.Equal((1, nameless.Threads[1]), (Assert.Single(other.Vcpus).Vcpu, other.Vcpus[0].ThreadId));
        Assert.Equal([0, 1], other.VcpuNumbers);
        Assert.Equal(["vCPU 0 has not run yet: no thread is known to run it."], other.Problems);
    }

    private static void Machine(FakeHost host, int pid, int[] vcpus, (int Thread, string Name)[] threads, string space = InitialNamespace, int machines = 1)
    {
        host.Process(pid, "vmm", ["/dev/null", "/dev/kvm", .. Enumerable.Repeat("anon_inode:kvm-vm", machines), .. vcpus.Select(vcpu => $"anon_inode:kvm-vcpu:{vcpu}")]);
        foreach (var (thread, name) in threads)
        {
            host.File($"proc/{pid}/task/{thread}/comm", name);
        }

        host.Folder("proc/self/ns");
        File.CreateSymbolicLink(host.PathOf("proc/self/ns/pid"), space);
    }
}
