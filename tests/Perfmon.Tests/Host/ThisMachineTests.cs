using System.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Tests.Host;

/// <summary>The running machine, as other sources describe it.</summary>
public class ThisMachineTests
{
    private static readonly HostDescription s_host = HostDescription.Read(HostRoots.System);

    [Theory]
    [InlineData("software", 1u)]
    [InlineData("tracepoint", 2u)]
    [InlineData("breakpoint", 5u)]
    public void Has_the_kernels_own_pmus(string name, uint type)
    {
        var pmu = s_host.Pmus.Find(name);
        Assert.Equal(type, pmu?.Type);
        Assert.Same(pmu, s_host.Pmus.FindByType(type));
        Assert.False(pmu!.IsCore || pmu.IsSystemWideOnly);
    }

    [SkippableFact]
    public void Has_the_time_stamp_counter_as_an_event()
    {
        var msr = s_host.Pmus.Find("msr");
        Skip.If(msr is null, "This machine has no msr PMU.");
        Assert.Equal("event=0x00", msr.Events["tsc"].Terms);
        Assert.Equal("config:0-63", msr.Formats["event"].ToString());
    }

    [Fact]
    public void Knows_its_cpus()
    {
        Assert.Contains(0, s_host.Cpus.Possible);
        Assert.InRange(Environment.ProcessorCount, 1, s_host.Cpus.Online.Count);
        Assert.Empty(s_host.Cpus.Online.Except(s_host.Cpus.Possible));
    }

    [Fact]
    public void Knows_its_kernel()
    {
        Assert.Equal(Run("uname -r"), s_host.Kernel.Text);
        Assert.True(s_host.Kernel.AtLeast(Environment.OSVersion.Version.Major, Environment.OSVersion.Version.Minor));
        Assert.NotNull(s_host.Settings.PerfEventParanoid);
        Assert.InRange(s_host.Settings.PerfEventMaxSampleRate!.Value, 1, int.MaxValue);
    }

    [Fact]
    public void Knows_its_user_and_limits()
    {
        Assert.Equal(Run("id -u"), $"{s_host.User.EffectiveUserId}");
        Assert.Equal(Run("ulimit -Hn"), $"{s_host.Limits.OpenFiles?.Hard}");
        Assert.InRange(s_host.Limits.OpenFileCount!.Value, 3, 100_000);
    }

    [Fact]
    public void Counts_the_files_it_opens()
    {
        var before = HostDescription.Read(HostRoots.System).Limits.OpenFileCount!.Value;
        var files = Enumerable.Range(0, 500).Select(_ => File.OpenRead("/proc/self/stat")).ToList();
        var after = HostDescription.Read(HostRoots.System).Limits.OpenFileCount!.Value;
        files.ForEach(file => file.Dispose());
        // Other tests open files meanwhile, few of them.
        Assert.InRange(after - before, 400, 600);
    }

    [Fact]
    public void Knows_its_cpu_as_the_processor_itself_does()
    {
        if (s_host.Cpu.Vendor is CpuVendor.Intel or CpuVendor.Amd && System.Runtime.Intrinsics.X86.X86Base.IsSupported)
        {
            // Leaf 1, EAX: stepping 3:0, model 7:4, family 11:8, extended model 19:16, extended family 27:20; ECX 31: hypervisor.
            var (eax, _, ecx, _) = System.Runtime.Intrinsics.X86.X86Base.CpuId(1, 0);
            var family = eax >> 8 & 0xf;
            Assert.Equal(family == 0xf ? family + (eax >> 20 & 0xff) : family, s_host.Cpu.Family);
            Assert.Equal((eax >> 4 & 0xf) + (family is 0xf or 6 ? eax >> 12 & 0xf0 : 0), s_host.Cpu.Model);
            Assert.Equal(ecx < 0, s_host.Cpu.IsVirtualMachine);
        }

        Assert.True(s_host.Cpu.Vendor == CpuVendor.Intel || CpuIdentity.ReadArchitecturalPerfmon() is null);
    }

    [SkippableFact]
    public void Knows_its_tracepoints()
    {
        var trace = s_host.TraceFs;
        Skip.IfNot(trace.IsReadable, "tracefs is not readable: sudo mount -t tracefs nodev /sys/kernel/tracing, and run as root");
        Assert.Contains("sched", trace.Systems());
        Assert.Contains("sched_switch", trace.Events("sched"));
        Assert.True(trace.TryGetTracepointId("sched", "sched_switch", out var id, out _));
        Assert.Equal(File.ReadAllText($"{trace.Path}/events/sched/sched_switch/id").Trim(), $"{id}");
        Assert.False(trace.TryGetTracepointId("sched", "sched_swich", out _, out var problem));
        Assert.Equal(TraceFsProblem.NoSuchEvent, problem);
    }

    [Fact]
    public void Sees_a_thread_come_and_go()
    {
        var before = ProcessThreads.List(HostRoots.System, Environment.ProcessId)!;
        using var release = new ManualResetEventSlim();
        using var running = new CountdownEvent(20);
        var threads = Enumerable.Range(0, 20).Select(_ => new Thread(() =>
        {
            running.Signal();
            release.Wait();
        })).ToList();
        threads.ForEach(thread => thread.Start());
        running.Wait();
        var during = ProcessThreads.List(HostRoots.System, Environment.ProcessId)!;
        release.Set();
        threads.ForEach(thread => thread.Join());
        Assert.InRange(during.Except(before).Count(), 20, 100);
        Assert.Contains(Environment.ProcessId, during);
        Assert.All(before.Take(1), thread => Assert.Equal(Environment.ProcessId, ProcessThreads.ThreadGroup(HostRoots.System, thread)));
    }

    [Fact]
    public void A_process_that_ended_has_no_threads()
    {
        using var process = Process.Start("true");
        process.WaitForExit();
        Assert.Null(ProcessThreads.List(HostRoots.System, process.Id));
        Assert.Null(ProcessThreads.ThreadGroup(HostRoots.System, process.Id));
    }

    [Fact]
    public void Reads_without_a_problem()
    {
        var host = HostDescription.Current;
        Assert.Same(host, HostDescription.Current);
        Assert.Same(host.Limits, host.Limits);
        Assert.All(host.Pmus.All, pmu => Assert.NotNull(pmu.Formats));
        Assert.All(host.Pmus.All, pmu => Assert.NotNull(pmu.Events));
        _ = (host.Cpu, host.Cpus, host.User, host.Settings, host.Limits, host.Kernel);
        Assert.Empty(host.Problems);
    }

    private static string Run(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        return shell.StandardOutput.ReadToEnd().Trim();
    }
}
