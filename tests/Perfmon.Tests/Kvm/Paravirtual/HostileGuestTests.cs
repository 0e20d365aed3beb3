using Perfmon.Kvm.Demonstration;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Paravirtual;
using Perfmon.Session;
using Perfmon.Tests.Support;
using R = Perfmon.Kvm.Paravirtual.ParavirtualRegisters;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary>Guests that touch what is not theirs, and whatever else there is: the host goes on, and nothing leaks.</summary>
[Collection(OneAtATime.Name)]
public sealed class HostileGuestTests
{
    [SkippableFact]
    public void A_register_that_the_guest_does_not_own_is_a_fault_that_it_handles()
    {
        Guests.Need();
        var program = new RealModeProgram()
            .ReadMsr(R.Identity.Msr()).Store(0)
            .WriteMsr(R.Identity.Msr(), 1)           // read-only
            .ReadMsr(R.First + 0x7f)                 // no register
            .ReadMsr(R.Value.Msr(8))                 // no such counter
            .WriteMsr(R.GlobalControl.Msr(), 1 << 5) // a reserved bit
            .ReadMsr(0x1234_5678)                    // no MSR at all
            .ReadMsr(R.Version.Msr()).Store(8)
            .Print("on")
            .Halt();
        using var guest = new MinimalGuest(program);

        Assert.Equal(GuestStop.Halted, guest.Run());
        Assert.Equal(5u, guest.Faults);
        Assert.Equal((R.IdentityValue, 1UL, "on"), (guest.Result(0), guest.Result(1), guest.Console));
    }

    [SkippableFact]
    public void Every_register_number_is_answered_or_a_fault()
    {
        Guests.Need();
        var program = new RealModeProgram();
        for (var msr = R.First - 16; msr < R.First + R.Count + 16; msr++)
        {
            _ = program.ReadMsr(msr).WriteMsr(msr, 0);
        }

        var refused = 0;
        using var guest = new MinimalGuest(program.Halt(), new MinimalGuestOptions { Traced = trace => refused += trace.IsRefused ? 1 : 0 });
        Assert.Equal(GuestStop.Halted, guest.Run());

        // 52 registers can be read; 5 of the 12 global ones and two of each counter written.
        Assert.Equal((2 * 288) - 52 - (4 + (2 * 8)), refused);
        Assert.Equal((uint)refused, guest.Faults);
    }

    [SkippableFact]
    public void A_storm_from_a_real_guest_leaves_nothing_behind()
    {
        Guests.Need();
        var random = new Random(20);
        Storm(random, accesses: 300);
        var before = TestPmu.OpenDescriptors();
        for (var round = 0; round < 8; round++)
        {
            Storm(random, accesses: 1_000);
        }

        Assert.Equal(before, TestPmu.OpenDescriptors());
    }

    [SkippableFact]
    public void A_storm_on_the_device_leaves_nothing_behind()
    {
        Counting.Needs(programs: false);
        var random = new Random(21);
        var options = TestPmu.Options with { Counters = 16, RawEvents = PmuEventFilter.Create(FilterAction.Deny, [new SelectUmaskEvent(1, 1)]), Overflowed = _ => { } };
        Storm(random, options, accesses: 300);
        var before = TestPmu.OpenDescriptors();
        for (var round = 0; round < 4; round++)
        {
            Storm(random, options, accesses: 1_200);
        }

        Assert.Equal(before, TestPmu.OpenDescriptors());
    }

    private static void Storm(Random random, int accesses)
    {
        var program = new RealModeProgram();
        for (var i = 0; i < accesses; i++)
        {
            var (msr, value) = Any(random);
            _ = random.Next(3) == 0 ? program.ReadMsr(msr) : program.WriteMsr(msr, value);
        }

        using var guest = new MinimalGuest(program.Halt());
        Assert.Equal(GuestStop.Halted, guest.Run());
    }

    private static void Storm(Random random, ParavirtualPmuOptions options, int accesses)
    {
        var pmu = new ParavirtualPmu(Target.CallingThread, options);
        try
        {
            for (var i = 0; i < accesses; i++)
            {
                var (msr, value) = Any(random);
                _ = random.Next(3) == 0 ? pmu.TryRead(msr, out _) : pmu.TryWrite(msr, value);
                Counting.CallSettime(random.Next(3));
                if (random.Next(200) == 0)
                {
                    var state = pmu.Save();
                    pmu.Dispose();
                    pmu = ParavirtualPmu.Restore(state, Target.CallingThread, options);
                }
            }
        }
        finally
        {
            pmu.Dispose();
        }
    }

    // Half of them what a driver might write, half of them anything.
    private static (uint Msr, ulong Value) Any(Random random)
    {
        var register = R.All[random.Next(R.All.Count)];
        var msr = random.Next(4) == 0
            ? R.First - 0x40 + (uint)random.Next(0x180)
            : register.Msr(register.IsOfCounter ? random.Next(R.MostCounters) : 0);
        ulong value = random.Next(6) switch
        {
            0 => (ulong)random.NextInt64(),
            1 => CounterControl.Host(random.Next(3)).Bits,
            2 => CounterControl.Host(0).WithNotify().Bits,
            3 => (1UL << 48) - (ulong)random.Next(10),
            4 => CounterControl.Raw(random.Next(0x200), (byte)random.Next(4)).Bits,
            _ => (ulong)random.Next(4),
        };
        return (msr, value);
    }
}
