using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Native;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>The kernel's answer to bytes, foretold: the first thing wrong, in its order.</summary>
public sealed class KernelAnswerTests
{
    [Theory]
    [InlineData(0, 0u, 0u, 0u, 0ul, Errno.EFAULT, "The header has 32 bytes, of which 0 are there.")]
    [InlineData(31, 0u, 0u, 0u, 0ul, Errno.EFAULT, "The header has 32 bytes, of which 31 are there.")]
    [InlineData(32, 2u, 301u, 2u, 0ul, Errno.EINVAL, "The action is 2: it is 0 (allow) or 1 (deny).")]
    [InlineData(32, uint.MaxValue, 0u, 0u, 0ul, Errno.EINVAL, "The action is 4294967295: it is 0 (allow) or 1 (deny).")]
    [InlineData(32, 1u, 301u, 2u, 0ul, Errno.EINVAL, "The flags are 0x2: they are 0 (raw) or 1 (masked).")]
    [InlineData(32, 1u, 301u, 1u, 0ul, Errno.E2BIG, "The filter has 301 events: at most 300 are taken.")]
    [InlineData(32, 1u, uint.MaxValue, 1u, 0ul, Errno.E2BIG, "The filter has 4294967295 events: at most 300 are taken.")]
    [InlineData(32, 0u, 1u, 1u, 0ul, Errno.EFAULT, "1 events end at byte 40, and 32 bytes are there.")]
    [InlineData(47, 0u, 2u, 1u, 1ul << 50, Errno.EFAULT, "2 events end at byte 48, and 47 bytes are there.")]
    [InlineData(40, 0u, 1u, 1u, 1ul << 50, Errno.EINVAL, "Entry 0 is 0x0004000000000000. Bit 50 means nothing in a masked entry on AMD machines: event selects end at 0xfff.")]
    [InlineData(40, 0u, 1u, 0u, 1ul << 50, Errno.None, "The filter is taken, and 1 of its 1 entries dropped: no event is like them.")]
    [InlineData(40, 0u, 1u, 0u, 0x1000020c4ul, Errno.None, "The filter is taken.")]
    [InlineData(41, 0u, 0u, 1u, ulong.MaxValue, Errno.None, "The filter is taken.")]
    public void The_first_thing_wrong_is_the_answer(int length, uint action, uint count, uint flags, ulong code, object errno, string because)
    {
        var bytes = new byte[Math.Max(length, 40)];
        BitConverter.TryWriteBytes(bytes, action);
        BitConverter.TryWriteBytes(bytes.AsSpan(4), count);
        BitConverter.TryWriteBytes(bytes.AsSpan(12), flags);
        BitConverter.TryWriteBytes(bytes.AsSpan(32), code);
        var answer = KernelAnswer.To(bytes.AsSpan(0, length), CpuVendor.Amd);
        Assert.Equal(((int)(Errno)errno, because), (answer.Errno, answer.Because));
    }

    [Fact]
    public void A_wide_select_is_for_AMD_alone()
    {
        var masked = PmuEventFilter.Create(FilterAction.Allow, [new MaskedEvent(0xc4, 0, 0), new MaskedEvent(0x1c4, 0, 0)]).ToBytes();
        Assert.True(KernelAnswer.To(masked, CpuVendor.Hygon).Accepted);
        var answer = KernelAnswer.To(masked, CpuVendor.Intel);
        Assert.Equal(((int)Errno.EINVAL, 1), (answer.Errno, answer.Entry));
        Assert.Equal("Entry 1 is 0x00000001000000c4. Bit 32 means nothing in a masked entry on Intel machines: event selects end at 0xff.", answer.Because);
        Assert.Equal(answer, KernelAnswer.To(masked, CpuVendor.Other) with { Because = answer.Because });
        Assert.Throws<PerfmonException>(() => KernelAnswer.To(masked, CpuVendor.Arm));

        var raw = PmuEventFilter.Create(FilterAction.Allow, [new SelectUmaskEvent(0x1c4, 0)]).ToBytes();
        Assert.Equal("The filter is taken, and 1 of its 1 entries dropped: no event is like them.", KernelAnswer.To(raw, CpuVendor.Intel).Because);
    }

    [Fact]
    public void Any_bytes_have_an_answer_and_what_is_taken_can_be_read()
    {
        var random = new Random(7);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var bytes = new byte[random.Next(120)];
            random.NextBytes(bytes);
            for (var index = 0; index < Math.Min(bytes.Length, 16); index++)
            {
                bytes[index] = random.Next(5) == 0 ? bytes[index] : (byte)(index % 4 == 0 ? random.Next(3) : 0);
            }

            var answer = KernelAnswer.To(bytes, CpuVendor.Amd);
            if (answer.Accepted && bytes.Length == 32 + (8 * bytes[4]))
            {
                Assert.Equal(bytes[..16], PmuEventFilter.FromBytes(bytes, CpuVendor.Amd).ToBytes()[..16]);
                Assert.Equal(bytes[32..], PmuEventFilter.FromBytes(bytes, CpuVendor.Amd).ToBytes()[32..]);
            }
            else
            {
                Assert.Equal(answer.Errno, Assert.Throws<PerfmonException>(() => PmuEventFilter.FromBytes(bytes, CpuVendor.Amd)).Errno);
            }
        }
    }
}
