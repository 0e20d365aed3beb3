using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Paravirtual;
using Perfmon.Session;
using R = Perfmon.Kvm.Paravirtual.ParavirtualRegisters;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary>Who may do what with which number: every register, every bit, every index.</summary>
public sealed class RegisterAccessTests
{
    [Fact]
    public void The_device_lies_above_kvms_own_registers()
    {
        Assert.Equal(0x4b564e00u, R.First);
        Assert.False(ParavirtualPmu.Owns(0x4b564dff));
        Assert.True(ParavirtualPmu.Owns(0x4b564e00));
        Assert.True(ParavirtualPmu.Owns(0x4b564eff));
        Assert.False(ParavirtualPmu.Owns(0x4b564f00));
        Assert.False(ParavirtualPmu.Owns(0));
        Assert.False(ParavirtualPmu.Owns(uint.MaxValue));
        Assert.Equal("PfmPvPmu"u8.ToArray(), BitConverter.GetBytes(R.IdentityValue));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(16)]
    public void Every_number_is_a_register_or_a_fault(int counters)
    {
        using var pmu = new ParavirtualPmu(Target.CallingThread, new ParavirtualPmuOptions { Counters = counters });
        var known = R.All
            .SelectMany(register => Enumerable.Range(0, register.IsOfCounter ? counters : 1).Select(counter => (Msr: register.Msr(counter), register)))
            .ToDictionary(pair => pair.Msr, pair => pair.register);
        for (var msr = R.First - 300; msr < R.First + 600; msr++)
        {
            var register = known.GetValueOrDefault(msr);
            Assert.Equal(register is not null, pmu.TryRead(msr, out var value));
            Assert.True(register is not null || value == 0);
            Assert.Equal(register is { Access: not RegisterAccess.ReadOnly }, pmu.TryWrite(msr, 0));
            Assert.True(register is not null ? ParavirtualPmu.Owns(msr) : true);
        }

        Assert.Equal(12 + (5 * counters), known.Count);
    }

    [Fact]
    public void Reset_values_are_those_of_the_documentation()
    {
        using var pmu = new ParavirtualPmu(Target.CallingThread);
        foreach (var register in R.All.Where(one => one.Name is not ("GENERIC_EVENTS" or "HOST_EVENTS")))
        {
            var expected = register.Name switch
            {
                "IDENTITY" => 0x756d_5076_506d_6650UL,
                "VERSION" => 1UL,
                "CAPABILITIES" => 8UL | (48 << 8),
                _ => 0UL,
            };
            Assert.Equal(expected, pmu.Get(register, register.IsOfCounter ? 7 : 0));
        }

        using var all = new ParavirtualPmu(Target.CallingThread, new ParavirtualPmuOptions { Counters = 16, Width = 62, RawEvents = PmuEventFilter.AllowingEverything, Overflowed = _ => { } });
        Assert.Equal(16UL | (62 << 8) | CapabilityBits.RawEvents | CapabilityBits.Interrupt, all.Get(R.Capabilities));
    }

    [Fact]
    public void Every_single_bit_is_taken_or_a_fault_that_changes_nothing()
    {
        using var pmu = new ParavirtualPmu(Target.CallingThread, new ParavirtualPmuOptions { Counters = 16, Width = 62, HostEvents = [] });
        foreach (var register in R.All)
        {
            for (var bit = 0; bit < 64; bit++)
            {
                var value = 1UL << bit;
                var isTaken = register.Access != RegisterAccess.ReadOnly && (register.Writable & value) != 0 && register.Name switch
                {
                    // One class above the last; vectors of the CPU's own; a umask that a generic event has not.
                    "CONTROL" => bit is not (22 or 23 or (>= 12 and <= 19)),
                    "NOTIFY_VECTOR" => bit >= 4,
                    _ => true,
                };
                var before = pmu.Save();
                Assert.Equal(isTaken, pmu.TryWrite(register.Msr(), value));
                if (isTaken)
                {
                    Assert.Equal(register.Access == RegisterAccess.WriteOnly ? 0 : value, pmu.Get(register));
                }
                else
                {
                    Assert.Equal(before, pmu.Save());
                }
            }

            pmu.Reset();
        }
    }

    [Fact]
    public void A_control_is_read_as_it_was_made()
    {
        var raw = CounterControl.Raw(0x1c4, 0x20, kernel: false).WithNotify();
        Assert.Equal((0x1c4, 0x20, EventClass.Raw), (raw.Code, raw.Umask, raw.Class));
        Assert.True(raw is { CountsUser: true, CountsKernel: false, Notifies: true, IsEnabled: true, IsValid: true });
        Assert.Equal(0x8522_01c4UL, raw.Bits);
        Assert.Equal(0x8010_0006UL, CounterControl.Host(6).Bits);
        Assert.Equal(0x8300_0001UL, CounterControl.Generic(GenericEvent.Instructions).Bits);
        Assert.False(new CounterControl(0x8110_0006).IsValid);
        Assert.False(new CounterControl(0x8310_1001).IsValid);
        Assert.False(new CounterControl(0x8030_0000).IsValid);
        Assert.False(new CounterControl(0x1_8010_0006).IsValid);
    }

    [Fact]
    public void A_disposed_device_answers_nobody()
    {
        var pmu = new ParavirtualPmu(Target.CallingThread);
        pmu.Dispose();
        pmu.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pmu.TryRead(R.First, out _));
        Assert.Throws<ObjectDisposedException>(() => pmu.TryWrite(R.First, 0));
        Assert.Throws<ObjectDisposedException>(pmu.Save);
    }
}
