using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Host;

public sealed class PerfProcessesTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Finds_events_and_virtual_machines()
    {
        _host.Process(1, "init", "/dev/null").Process(30, "both", "/dev/kvm", "anon_inode:[perf_event]")
            .Process(4, "perf", "anon_inode:[perf_event]", "anon_inode:[eventfd]", "anon_inode:[perf_event]")
            .Process(5, "kvm", "anon_inode:kvm-vm", "anon_inode:kvm-vcpu:0").Folder("proc/self").Folder("proc/sys");
        var processes = PerfProcesses.Read(_host.Roots);
        Assert.Equal([new PerfProcess(4, "perf", 2, false), new PerfProcess(5, "kvm", 0, true), new PerfProcess(30, "both", 1, true)], processes.Found);
        Assert.Equal((0, false), (processes.NotReadable, processes.AreOthersHidden));
    }

    [Fact]
    public void A_process_whose_links_cannot_be_read_is_counted()
    {
        _host.Process(1, "init").Process(2, "other").File("proc/2/cmdline", "other").File("proc/2/fdinfo/0", "pos:\t0")
            .Process(3, "kthreadd").File("proc/3/fdinfo/0", "pos:\t0");
        Assert.Equal(1, PerfProcesses.Read(_host.Roots).NotReadable);
    }

    [Fact]
    public void Without_the_first_process_others_are_hidden()
    {
        Assert.True(PerfProcesses.Read(_host.Process(7, "mine").Roots).AreOthersHidden);
        Assert.False(PerfProcesses.Read(_host.Process(1, "init").Roots).AreOthersHidden);
    }

    [SkippableFact]
    public void Root_sees_this_process_and_an_ordinary_user_is_told_that_he_does_not()
    {
        Requires.Root();
        Requires.Command("setpriv");
        var attr = new PerfEventAttr { Type = (uint)PerfTypeId.Software, Size = PerfEventAttr.Size9 };
        using var handle = new SafeKernelHandle(
            LinuxKernel.Instance, (int)LinuxKernel.Instance.PerfEventOpen(ref attr, 0, -1, -1, PerfEventOpenFlags.FdCloexec).Value);
        Assert.InRange(Assert.Single(PerfProcesses.Read(HostRoots.System).Found, process => process.Pid == Environment.ProcessId).Events, 1, 1_000_000);

        using var probe = new Probe();
        var output = probe.Run(Probe.Nobody, "processes").Output;
        Assert.DoesNotContain($"found {Environment.ProcessId} ", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^not readable [1-9]\d*, hidden False$", output);
    }
}
