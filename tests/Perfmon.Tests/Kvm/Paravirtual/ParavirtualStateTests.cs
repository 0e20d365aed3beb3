using System.Buffers.Binary;
using System.Numerics;
using Perfmon.Diagnostics;
using Perfmon.Kvm.Paravirtual;
using Perfmon.Session;
using Perfmon.Tests.Support;
using R = Perfmon.Kvm.Paravirtual.ParavirtualRegisters;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary>States that are moved: what they keep, and that nothing else is loaded.</summary>
public sealed class ParavirtualStateTests
{
    [SkippableFact]
    public void Every_register_is_moved_and_counting_goes_on()
    {
        using var pmu = Busy();
        Counting.CallSettime(10);
        var state = pmu.Save();
        Counting.CallSettime(1_000);
        using var moved = ParavirtualPmu.Restore(state, Target.CallingThread, TestPmu.Options);

        foreach (var register in R.All.Where(register => register.Name is "CONTROL" or "GLOBAL_CONTROL" or "OVERFLOW_STATUS" or "NOTIFY_VECTOR"))
        {
            foreach (var counter in Enumerable.Range(0, register.IsOfCounter ? pmu.Counters : 1))
            {
                Assert.Equal(pmu.Get(register, counter), moved.Get(register, counter));
            }
        }

        Assert.Equal(1UL, moved.Get(R.Generation));
        Assert.Equal((10UL, 0x1234UL), (moved.Get(R.Value), moved.Get(R.Value, 5)));
        Counting.CallSettime(5);
        Assert.Equal(15UL, moved.Get(R.Value));
        var enabled = moved.Get(R.TimeEnabled);
        using var again = ParavirtualPmu.Restore(moved.Save(), Target.CallingThread, TestPmu.Options);
        Assert.Equal((15UL, 2UL), (again.Get(R.Value), again.Get(R.Generation)));
        Assert.InRange(again.Get(R.TimeEnabled), enabled, ulong.MaxValue >> 8);
    }

    [SkippableFact]
    public void A_frozen_device_stays_so()
    {
        using var pmu = TestPmu.Create();
        pmu.Count(0, notify: true);
        pmu.Set(R.Value, (1UL << 48) - 4);
        pmu.Run(freeze: true);
        Counting.CallSettime(9);
        using var moved = ParavirtualPmu.Restore(pmu.Save(), Target.CallingThread, TestPmu.Options);
        Counting.CallSettime(9);
        Assert.Equal((0UL, 1 | OverflowBits.Frozen), (moved.Get(R.Value), moved.Get(R.OverflowStatus)));
        moved.Set(R.OverflowClear, OverflowBits.Frozen);
        Counting.CallSettime(2);
        Assert.Equal(2UL, moved.Get(R.Value));
    }

    [SkippableFact]
    public void Every_change_of_one_byte_is_refused()
    {
        using var pmu = Busy();
        var state = pmu.Save();
        Assert.Equal(60 + (32 * 8), state.Length);
        for (var at = 0; at < state.Length; at++)
        {
            var was = state[at];
            for (var value = 0; value <= byte.MaxValue; value++)
            {
                if (value != was)
                {
                    state[at] = (byte)value;
                    Refused(state);
                }
            }

            state[at] = was;
        }

        Restored(state);
    }

    [SkippableFact]
    public void Every_other_length_is_refused()
    {
        using var pmu = Busy();
        var state = pmu.Save();
        for (var length = 0; length < state.Length; length++)
        {
            Refused(state.AsSpan(0, length));
        }

        Refused([.. state, 0]);
        Refused([.. state, .. state]);
    }

    [SkippableFact]
    public void A_newer_version_is_refused_and_named()
    {
        using var pmu = Busy();
        var state = pmu.Save();
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(8), 2);
        Sign(state);
        var e = Refused(state);
        Assert.Equal(PerfmonReason.NotSupported, e.Reason);
        Assert.Contains("version 2, and this library knows version 1", e.Message, StringComparison.Ordinal);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(8), 0);
        Sign(state);
        Refused(state);
    }

    [SkippableFact]
    public void Another_shape_is_refused()
    {
        using var pmu = Busy();
        var state = pmu.Save();
        var e = Assert.Throws<PerfmonException>(() => ParavirtualPmu.Restore(state, Target.CallingThread, TestPmu.Options with { Counters = 4 }));
        Assert.Contains("a number of counters of 8, and this machine's PMU has 4", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<PerfmonException>(() => ParavirtualPmu.Restore(state, Target.CallingThread, TestPmu.Options with { Width = 40 }));
        Assert.Contains("counters of a width of 48, and this machine's PMU has 40", e.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(32, 4, "GLOBAL_CONTROL holds 0x4, and its bits 0x4 are always 0.")]
    [InlineData(40, 0x100, "OVERFLOW_STATUS holds 0x100, and its bits 0x100 are always 0.")]
    [InlineData(48, 15, "NOTIFY_VECTOR holds 0xf, which no guest can write.")]
    [InlineData(48, 256, "NOTIFY_VECTOR holds 0x100, which no guest can write.")]
    [InlineData(56 + 32, 0x300000, "CONTROL1 holds 0x300000, which no guest can write.")]
    [InlineData(56 + (32 * 7) + 8, 1UL << 48, "VALUE7 holds 0x1000000000000, and its bits 0x1000000000000 are always 0.")]
    public void What_no_guest_can_write_is_refused_though_nothing_is_damaged(int at, ulong value, string why)
    {
        using var pmu = Busy();
        var state = pmu.Save();
        BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(at), value);
        Sign(state);
        Assert.Contains(why, Refused(state).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Random_bytes_with_a_right_checksum_are_refused_or_a_state()
    {
        using var pmu = Busy();
        var good = pmu.Save();
        var random = new Random(7);
        var loaded = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var state = (byte[])good.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                state[random.Next(24, state.Length - 4)] ^= (byte)(1 << random.Next(8));
            }

            Sign(state);
            try
            {
                using var restored = ParavirtualPmu.Restore(state, Target.CallingThread, TestPmu.Options);
                _ = restored.Get(R.OverflowStatus);
                loaded++;
            }
            catch (PerfmonException)
            {
            }
        }

        Assert.InRange(loaded, 1, 4_999);
    }

    private static ParavirtualPmu Busy()
    {
        var pmu = TestPmu.Create();
        pmu.Count(0);
        pmu.Count(4, notify: true);
        pmu.Set(R.Value, 0x1234, 5);
        pmu.Set(R.NotifyVector, 0x41);
        pmu.Set(R.OverflowSet, 0x20);
        pmu.Run(freeze: true);
        return pmu;
    }

    private static PerfmonException Refused(ReadOnlySpan<byte> state)
    {
        try
        {
            ParavirtualPmu.Restore(state, Target.CallingThread, TestPmu.Options).Dispose();
        }
        catch (PerfmonException e)
        {
            return e;
        }

        throw new Xunit.Sdk.XunitException("It was loaded.");
    }

    private static void Restored(ReadOnlySpan<byte> state) => ParavirtualPmu.Restore(state, Target.CallingThread, TestPmu.Options).Dispose();

    // CRC-32C by its definition, bit by bit.
    private static void Sign(byte[] state)
    {
        var crc = uint.MaxValue;
        foreach (var one in state.AsSpan(..^4))
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0x82f63b78 & (0 - (crc & 1)));
            }
        }

        Assert.Equal(~crc, ~state.AsSpan(..^4).ToArray().Aggregate(uint.MaxValue, BitOperations.Crc32C));
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(state.Length - 4), ~crc);
    }
}
