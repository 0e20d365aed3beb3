using System.Collections.Concurrent;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Paravirtual;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Support;
using R = Perfmon.Kvm.Paravirtual.ParavirtualRegisters;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary>What the device counts, on the running kernel.</summary>
public sealed class ParavirtualPmuTests
{
    private const ulong Wrap = 1UL << 48;

    [SkippableFact]
    public void Counters_count_while_they_and_the_pmu_are_enabled()
    {
        using var pmu = TestPmu.Create();
        pmu.Count(0);
        pmu.Count(7);
        Counting.CallSettime(5);
        Assert.Equal(0UL, pmu.Get(R.Value));

        pmu.Run();
        Counting.CallSettime(10);
        Assert.Equal((10UL, 10UL), (pmu.Get(R.Value), pmu.Get(R.Value, 7)));
        pmu.Stop();
        Counting.CallSettime(5);
        pmu.Run();
        Counting.CallSettime(1);
        Assert.Equal(11UL, pmu.Get(R.Value));

        // Switching one off opens the others anew, where they were.
        pmu.Set(R.Control, 0);
        Counting.CallSettime(4);
        Assert.Equal((11UL, 15UL), (pmu.Get(R.Value), pmu.Get(R.Value, 7)));
        pmu.Count(0);
        Counting.CallSettime(4);
        Assert.Equal((15UL, 19UL), (pmu.Get(R.Value), pmu.Get(R.Value, 7)));
        Assert.Equal(CounterStatus.Counting, pmu.StatusOf());
        Assert.Equal(CounterStatus.None, pmu.StatusOf(1));
    }

    [SkippableFact]
    public void A_value_is_written_and_its_times_begin_anew()
    {
        using var pmu = TestPmu.Create();
        pmu.Count();
        pmu.Run();
        Counting.CallSettime(1);
        var enabled = pmu.Get(R.TimeEnabled);
        Assert.NotEqual(0UL, enabled);
        Thread.Sleep(20);
        Counting.CallSettime(1);
        pmu.Stop();
        var before = pmu.Get(R.TimeEnabled);
        Assert.True(before > enabled);
        Assert.Equal(before, pmu.Get(R.TimeRunning));

        pmu.Set(R.Value, 500);
        Assert.Equal((500UL, 0UL, 0UL), (pmu.Get(R.Value), pmu.Get(R.TimeEnabled), pmu.Get(R.TimeRunning)));
        pmu.Run();
        Counting.CallSettime(3);
        pmu.Stop();
        Assert.Equal(503UL, pmu.Get(R.Value));
        Assert.InRange(pmu.Get(R.TimeEnabled), 1UL, ulong.MaxValue >> 8);
    }

    [SkippableTheory]
    [InlineData(32)]
    [InlineData(48)]
    [InlineData(62)]
    public void A_counter_wraps_at_its_width_and_says_so(int width)
    {
        using var pmu = TestPmu.Create(TestPmu.Options with { Width = width });
        pmu.Count();
        pmu.Set(R.Value, (1UL << width) - 3);
        Assert.False(pmu.TryWrite(R.Value.Msr(), 1UL << width));
        pmu.Run();
        Counting.CallSettime(2);
        Assert.Equal((0UL, (1UL << width) - 1), (pmu.Get(R.OverflowStatus), pmu.Get(R.Value)));
        Counting.CallSettime(1);
        Assert.Equal((1UL, 0UL), (pmu.Get(R.OverflowStatus), pmu.Get(R.Value)));
        pmu.Set(R.OverflowClear, 1);
        Counting.CallSettime(7);
        Assert.Equal((0UL, 7UL), (pmu.Get(R.OverflowStatus), pmu.Get(R.Value)));

        // Once more, and found by the access that writes over it.
        pmu.Set(R.Value, (1UL << width) - 2);
        Counting.CallSettime(5);
        pmu.Set(R.Value, 9);
        Assert.Equal((1UL, 9UL), (pmu.Get(R.OverflowStatus), pmu.Get(R.Value)));
    }

    [SkippableFact]
    public void A_notification_freezes_all_counters_as_of_the_overflow()
    {
        using var told = new BlockingCollection<ulong>();
        using var pmu = TestPmu.Create(TestPmu.Options with { Overflowed = pmu => told.Add(pmu.NotifyVector) });
        pmu.Set(R.NotifyVector, 0xf0);
        pmu.Count(0, notify: true);
        pmu.Count(2);
        pmu.Set(R.Value, Wrap - 100);
        pmu.Run(freeze: true);
        Assert.Equal(CounterStatus.Counting, pmu.StatusOf());
        Counting.CallSettime(250);

        Assert.True(told.TryTake(out var vector, TimeSpan.FromSeconds(60)));
        Assert.Equal(0xf0UL, vector);
        Assert.Equal(1 | OverflowBits.Frozen, pmu.Get(R.OverflowStatus));
        Assert.Equal(GlobalStatusBits.Frozen, pmu.Get(R.GlobalStatus));
        Assert.Equal((0UL, 100UL), (pmu.Get(R.Value), pmu.Get(R.Value, 2)));

        // Clearing the overflow leaves the freeze; clearing the freeze goes on.
        pmu.Set(R.Value, Wrap - 30);
        pmu.Set(R.OverflowClear, 1);
        Counting.CallSettime(10);
        Assert.Equal(100UL, pmu.Get(R.Value, 2));
        pmu.Set(R.OverflowClear, OverflowBits.Frozen);
        Assert.Equal(GlobalStatusBits.Running, pmu.Get(R.GlobalStatus));
        Counting.CallSettime(29);
        Assert.Equal((0UL, 129UL), (pmu.Get(R.OverflowStatus), pmu.Get(R.Value, 2)));
        Counting.CallSettime(29);
        Assert.Equal((1 | OverflowBits.Frozen, 0UL, 130UL), (pmu.Get(R.OverflowStatus), pmu.Get(R.Value), pmu.Get(R.Value, 2)));
        Assert.True(told.TryTake(out _, TimeSpan.FromSeconds(60)));
    }

    [SkippableFact]
    public void A_notification_without_freezing_loses_no_event()
    {
        using var told = new BlockingCollection<ulong>();
        using var pmu = TestPmu.Create(TestPmu.Options with { Overflowed = _ => told.Add(0) });
        pmu.Count(0, notify: true);
        pmu.Count(1);
        pmu.Set(R.Value, Wrap - 5);
        pmu.Run();
        Counting.CallSettime(1_000);
        Assert.True(told.TryTake(out _, TimeSpan.FromSeconds(60)));
        Assert.Equal((995UL, 1_000UL, 1UL), (pmu.Get(R.Value), pmu.Get(R.Value, 1), pmu.Get(R.OverflowStatus)));
        Counting.CallSettime(5);
        Assert.Equal((1_000UL, 1_005UL), (pmu.Get(R.Value), pmu.Get(R.Value, 1)));

        // The next one needs a value near the wrap again.
        pmu.Set(R.OverflowClear, 1);
        pmu.Set(R.Value, Wrap - 5);
        Counting.CallSettime(5);
        Assert.True(told.TryTake(out _, TimeSpan.FromSeconds(60)));
        Assert.Equal(1UL, pmu.Get(R.OverflowStatus));
    }

    [SkippableFact]
    public void The_guest_can_freeze_and_mark_by_itself()
    {
        using var pmu = TestPmu.Create();
        pmu.Count();
        pmu.Run();
        pmu.Set(R.OverflowSet, OverflowBits.Frozen | 0x80);
        Counting.CallSettime(3);
        Assert.Equal((OverflowBits.Frozen | 0x80, 0UL), (pmu.Get(R.OverflowStatus), pmu.Get(R.Value)));
        pmu.Set(R.OverflowClear, OverflowBits.Frozen);
        Counting.CallSettime(3);
        Assert.Equal((0x80UL, 3UL), (pmu.Get(R.OverflowStatus), pmu.Get(R.Value)));
    }

    [SkippableFact]
    public void What_is_not_counted_is_said()
    {
        using var pmu = TestPmu.Create(TestPmu.Options with { HostEvents = [Counting.Settime, "no_such_system:no_such_event"], RawEvents = PmuEventFilter.Create(FilterAction.Allow, [new SelectUmaskEvent(0x3c, 0)]) });
        pmu.Count(0);
        pmu.Count(1, hostEvent: 1);
        pmu.Count(2, hostEvent: 99);
        pmu.Set(R.Control, CounterControl.Raw(0xc4, 0x20).Bits, 3);
        pmu.Set(R.Control, CounterControl.Generic(GenericEvent.Cycles, user: false, kernel: false).Bits, 4);
        pmu.Set(R.Control, CounterControl.Generic((GenericEvent)77).Bits, 5);

        Assert.Equal(
            [CounterStatus.Counting, CounterStatus.NotCounted, CounterStatus.NotCounted, CounterStatus.Denied, CounterStatus.None, CounterStatus.NotCounted],
            Enumerable.Range(0, 6).Select(pmu.StatusOf));
        Assert.Contains("no_such_system", pmu.WhyNotCounted(1)!.Message, StringComparison.Ordinal);
        Assert.Null(pmu.WhyNotCounted(0));
        pmu.Run();
        Counting.CallSettime(3);
        Assert.Equal([3UL, 0, 0, 0, 0, 0], Enumerable.Range(0, 6).Select(counter => pmu.Get(R.Value, counter)));
        Assert.Equal(CounterControl.Raw(0xc4, 0x20).Bits, pmu.Get(R.Control, 3));
        Assert.Equal(1UL, pmu.Get(R.HostEvents));
    }

    [SkippableFact]
    public void What_the_vmm_does_not_permit_is_denied()
    {
        using var pmu = TestPmu.Create(TestPmu.Options with { PermitsGenericEvents = false, RawEvents = PmuEventFilter.AllowingEverything });
        pmu.Set(R.Control, CounterControl.Generic(GenericEvent.Cycles).Bits);
        pmu.Set(R.Control, CounterControl.Raw(0x3c, 0).Bits, 1);
        Assert.Equal(CounterStatus.Denied, pmu.StatusOf());
        pmu.Set(R.Control, CounterControl.Raw(0xfff, 0xff).Bits, 2);
        Assert.NotEqual(CounterStatus.Denied, pmu.StatusOf(1));
        Assert.NotEqual(CounterStatus.Denied, pmu.StatusOf(2));
        Assert.Equal(0UL, pmu.Get(R.GenericEvents));
        Assert.Equal(CapabilityBits.RawEvents, pmu.Get(R.Capabilities) & CapabilityBits.RawEvents);
    }

    [SkippableFact]
    public void Generic_events_are_counted_where_the_host_has_a_pmu()
    {
        using var pmu = TestPmu.Create();
        var countable = pmu.Get(R.GenericEvents);
        pmu.Set(R.Control, CounterControl.Generic(GenericEvent.Instructions).Bits);
        var expected = (countable >> (int)GenericEvent.Instructions & 1) != 0 ? CounterStatus.Counting : CounterStatus.NotCounted;
        Assert.Equal(expected, pmu.StatusOf());
        Assert.Equal(HostDescription.Current.Pmus.CorePmus.Any(), countable != 0);
    }

    [SkippableFact]
    public void A_host_that_has_no_descriptor_left_is_told_and_passes()
    {
        Counting.Needs(programs: false);
        var kernel = ScriptedKernel.OnLinux().FailAlways(KernelCall.PerfEventOpen, Errno.EMFILE);
        using var pmu = new ParavirtualPmu(Target.CallingThread, TestPmu.Options, kernel, HostDescription.Current);
        pmu.Count(0);
        pmu.Count(1);
        pmu.Run();
        Counting.CallSettime(3);
        Assert.Equal((0UL, CounterStatus.NotCounted), (pmu.Get(R.Value), pmu.StatusOf()));
        Assert.Equal(PerfmonReason.LimitReached, pmu.WhyNotCounted(1)!.Reason);

        _ = kernel.Heal();
        pmu.Stop();
        pmu.Run();
        Counting.CallSettime(3);
        Assert.Equal((3UL, CounterStatus.Counting), (pmu.Get(R.Value), pmu.StatusOf()));
        pmu.Dispose();
        Assert.Empty(kernel.OpenDescriptors);
        Assert.Equal(0, kernel.WrongCloses);
    }

    [SkippableFact]
    public void A_host_that_cannot_tell_overflows_still_counts_and_freezes_late()
    {
        Counting.Needs(programs: false);
        var told = 0;
        var kernel = ScriptedKernel.OnLinux().FailAlways(KernelCall.MapEvent, Errno.EPERM);
        var options = TestPmu.Options with { Overflowed = _ => Interlocked.Increment(ref told) };
        using var pmu = new ParavirtualPmu(Target.CallingThread, options, kernel, HostDescription.Current);
        pmu.Count(0, notify: true);
        pmu.Set(R.Value, Wrap - 5);
        pmu.Run(freeze: true);
        Assert.Equal(CounterStatus.Counting | CounterStatus.Polled, pmu.StatusOf());
        Counting.CallSettime(8);
        Assert.Equal((3UL, 1 | OverflowBits.Frozen), (pmu.Get(R.Value), pmu.Get(R.OverflowStatus)));
        Counting.CallSettime(8);
        Assert.Equal(3UL, pmu.Get(R.Value));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref told) == 1, TimeSpan.FromSeconds(60)));
    }

    [SkippableFact]
    public void A_vcpu_that_has_ended_leaves_its_counts()
    {
        Counting.Needs(programs: false);
        ParavirtualPmu? made = null;
        var thread = new Thread(() =>
        {
            made = TestPmu.Create();
            made.Count();
            made.Run();
            Counting.CallSettime(42);
        });
        thread.Start();
        thread.Join();
        using var pmu = made!;
        Counting.CallSettime(8);
        Assert.Equal(42UL, pmu.Get(R.Value));
        pmu.Stop();
        pmu.Run();
        Assert.Equal(42UL, pmu.Get(R.Value));
        pmu.Count(1);
        Assert.Equal(42UL, pmu.Get(R.Value));
    }

    [SkippableFact]
    public void A_reset_is_the_beginning()
    {
        using var pmu = TestPmu.Create();
        pmu.Count();
        pmu.Run();
        Counting.CallSettime(3);
        pmu.Set(R.NotifyVector, 33);
        pmu.Reset();
        using var fresh = TestPmu.Create();
        Assert.Equal(fresh.Save(), pmu.Save());
        Counting.CallSettime(3);
        Assert.Equal(0UL, pmu.Get(R.Value));
    }

    [Fact]
    public void Whom_and_what_it_cannot_serve_is_refused()
    {
        Assert.Throws<PerfmonException>(() => new ParavirtualPmu(Target.AllCpus));
        Assert.Throws<PerfmonException>(() => new ParavirtualPmu(Target.Process(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParavirtualPmu(Target.CallingThread, new ParavirtualPmuOptions { Counters = 17 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParavirtualPmu(Target.CallingThread, new ParavirtualPmuOptions { Counters = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParavirtualPmu(Target.CallingThread, new ParavirtualPmuOptions { Width = 63 }));
        var e = Assert.Throws<PerfmonException>(() => new ParavirtualPmu(Target.CallingThread, new ParavirtualPmuOptions { HostEvents = ["task-clock", "task-clock,page-faults"] }));
        Assert.StartsWith("Host event 1 of the paravirtual PMU, task-clock,page-faults, cannot be offered.", e.Message, StringComparison.Ordinal);
    }
}
