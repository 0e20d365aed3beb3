using System.Runtime.InteropServices;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Session;

/// <summary>Breakpoints, the time stamp counter and probes of the running machine.</summary>
public sealed class EventSourceTests
{
    private readonly long[] _memory = GC.AllocateArray<long>(8, pinned: true);

    [SkippableFact]
    public void A_breakpoint_counts_every_write_to_its_address()
    {
        Needs("breakpoint");
        using var session = MonitoringSession.Create($"{Watch(0, "w")},{Watch(1, "rw")},{Watch(2, "w")}");
        session.Attach(Target.CallingThread);
        session.Start();
        for (var i = 0; i < 1000; i++)
        {
            Volatile.Write(ref _memory[0], i);
            _ = Volatile.Read(ref _memory[1]);
        }

        session.Stop();
        Volatile.Write(ref _memory[0], 0);
        Assert.Equal([1000UL, 1000UL, 0UL], session.Read().Select(one => one.Count.Value));
        Assert.All(session.Read(), one => Assert.Equal(CountState.Counted, one.Count.State));
    }

    [SkippableFact]
    public void A_breakpoint_that_the_machine_has_not_is_explained_and_the_others_are_let_go()
    {
        Needs("breakpoint");
        Skip.IfNot(RuntimeInformation.ProcessArchitecture == Architecture.X64, "x86-64 has four slots; other machines have others.");
        var kernel = ScriptedKernel.OnLinux();
        using (var session = On(kernel, string.Join(',', Enumerable.Range(0, 5).Select(i => Watch(i, "w")))))
        {
            var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
            Assert.Equal((PerfmonReason.Busy, (int)Errno.ENOSPC), (refusal.Reason, refusal.Errno));
            Assert.Contains("All hardware breakpoint slots are taken (4 on x86-64)", refusal.Message, StringComparison.Ordinal);
            Assert.Contains($"Cannot count {Watch(4, "w")} on the calling thread.", refusal.Message, StringComparison.Ordinal);
            Assert.Empty(kernel.OpenDescriptors);
        }

        using var four = On(kernel, string.Join(',', Enumerable.Range(0, 4).Select(i => Watch(i, "w"))));
        four.Attach(Target.CallingThread);
        four.Start();
        Volatile.Write(ref _memory[3], 1);
        Assert.Equal([0UL, 0UL, 0UL, 1UL], four.Read().Select(one => one.Count.Value));
    }

    [SkippableTheory]
    [InlineData("r", 0)]
    [InlineData("w", 1)]
    public void A_breakpoint_that_x86_cannot_watch_is_explained(string access, int shift)
    {
        Needs("breakpoint");
        Skip.IfNot(RuntimeInformation.ProcessArchitecture == Architecture.X64, "x86-64 has no watch for reads alone.");
        using var session = MonitoringSession.Create($"mem:0x{Address(0) + (ulong)shift:x}/8:{access}:u");
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Contains("the address must be a multiple of the length", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_time_stamp_counter_goes_on()
    {
        Needs("msr");
        using var session = MonitoringSession.Create("msr/tsc/,task-clock");
        session.Attach(Target.CallingThread);
        session.Start();
        var last = 0UL;
        for (var i = 0; i < 1000; i++)
        {
            var now = session.Read()[0].Count.Value;
            Assert.True(now > last, $"{now} after {last}");
            last = now;
        }
    }

    [SkippableFact]
    public void A_mode_that_msr_cannot_leave_out_is_refused_before_the_kernel_is_asked()
    {
        Needs("msr");
        var refusal = Assert.Throws<PerfmonException>(() => MonitoringSession.Create("msr/tsc/:u"));
        Assert.NotEmpty(refusal.Message);
    }

    [SkippableFact]
    public void A_probe_of_what_is_not_there_is_explained()
    {
        Requires.Root();
        Needs("uprobe");
        using var session = MonitoringSession.Create("uprobe/path=/nowhere/at/all,offset=0/");
        var refusal = Assert.Throws<PerfmonException>(() => session.Attach(Target.CallingThread));
        Assert.Contains("there is no such file", refusal.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_hardware_event_without_a_pmu_is_explained_and_can_be_skipped()
    {
        Skip.If(HostDescription.Current.Pmus.CorePmus.Count > 0, "This machine has a hardware PMU.");
        using (var refused = MonitoringSession.Create("page-faults,cycles"))
        {
            var refusal = Assert.Throws<PerfmonException>(() => refused.Attach(Target.CallingThread));
            Assert.Contains("This machine has no hardware PMU.", refusal.Message, StringComparison.Ordinal);
        }

        using var session = MonitoringSession.Create("page-faults,cycles", new SessionOptions { UnsupportedEvents = UnsupportedEvents.Skip });
        session.Attach(Target.CallingThread);
        session.Start();
        var reading = session.Read();
        Assert.Equal((CountState.Counted, CountState.NotCounted), (reading["page-faults"].State, reading["cycles"].State));
        Assert.Contains("no hardware PMU", reading[1].Reason, StringComparison.Ordinal);
    }

    private static void Needs(string pmu)
    {
        Skip.If(HostDescription.Current.Pmus.Find(pmu) is null, $"This machine has no PMU '{pmu}'.");
    }

    private static MonitoringSession On(ScriptedKernel kernel, string events) => MonitoringSession.Create(
        Perfmon.Events.EventParser.ParseOrThrow(events, HostDescription.Current), SessionOptions.Default, kernel, HostDescription.Current);

    private ulong Address(int index) => (ulong)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, index);

    private string Watch(int index, string access) => $"mem:0x{Address(index):x}/8:{access}";
}
