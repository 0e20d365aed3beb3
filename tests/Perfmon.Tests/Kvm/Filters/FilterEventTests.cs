using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>Entries to the bit, there and back, and what an encoding cannot say.</summary>
public sealed class FilterEventTests
{
    public static TheoryData<FilterEvent, ulong?, ulong?> Codes { get; } = new()
    {
        { new SelectUmaskEvent(0xc4, 0x20), 0x20c4, 0xff000000000020c4 },
        { new SelectUmaskEvent(0x1c4, 0x20), 0x1000020c4, 0xff000001000020c4 },
        { new SelectUmaskEvent(0xfff, 0xff), 0xf0000ffff, 0xff00000f0000ffff },
        { new SelectUmaskEvent(0, 0), 0, 0xff00000000000000 },
        { new MaskedEvent(0xc4, 0x20, 0xff), 0x20c4, 0xff000000000020c4 },
        { new MaskedEvent(0x1c4, 0x20, 0xf0, Exclude: true), null, 0xf0800001000020c4 },
        { new MaskedEvent(0x1c4, 0x20, 0xff, Exclude: true), null, 0xff800001000020c4 },
        { new MaskedEvent(0xc4, 0, 0), null, 0xc4 },
        { new MaskedEvent(0xc4, 0x0f, 0xf0), null, 0xf000000000000fc4 },
        { new RawEvent(0x20c4), 0x20c4, 0xff000000000020c4 },
        { new RawEvent(0x5300c0), 0x5300c0, null },
        { new RawEvent(ulong.MaxValue), ulong.MaxValue, null },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Entries_are_encoded_to_the_bit(FilterEvent entry, ulong? raw, ulong? masked)
    {
        Assert.Equal(raw, entry.TryEncode(FilterEncoding.Raw, out var code, out _) ? code : null);
        Assert.Equal(masked, entry.TryEncode(FilterEncoding.Masked, out code, out _) ? code : null);
        Assert.Equal(entry.Encode(entry.Encoding), FilterEvent.Decode(entry.Encode(entry.Encoding), entry.Encoding).Encode(entry.Encoding));
    }

    [Fact]
    public void Codes_are_decoded_to_the_bit()
    {
        Assert.Equal(new MaskedEvent(0x1c4, 0x20, 0xf0, Exclude: true), FilterEvent.Decode(0xf0800001000020c4, FilterEncoding.Masked));
        Assert.Equal(new MaskedEvent(0xc4, 0x20, 0xff), FilterEvent.Decode(0xff000000000020c4, FilterEncoding.Masked));
        Assert.Equal(new RawEvent(0xf0800001000020c4), FilterEvent.Decode(0xf0800001000020c4, FilterEncoding.Raw));
        Assert.Equal(new SelectUmaskEvent(0x1c4, 0x20), new RawEvent(0x1000020c4).SelectUmask);
        Assert.Null(new RawEvent(0x1_0000_0000_0000).SelectUmask);
    }

    [Fact]
    public void Every_masked_code_that_is_possible_comes_back()
    {
        var random = new Random(1);
        for (var turn = 0; turn < 100_000; turn++)
        {
            var code = (ulong)random.NextInt64(long.MinValue, long.MaxValue) & 0xff80_000f_0000_ffff;
            Assert.Equal(code, FilterEvent.Decode(code, FilterEncoding.Masked).Encode(FilterEncoding.Masked));
        }
    }

    [Fact]
    public void A_single_impossible_bit_is_refused_by_its_number()
    {
        for (var bit = 0; bit < 64; bit++)
        {
            var possible = bit is < 16 or (>= 32 and < 36) or >= 55;
            if (possible)
            {
                _ = FilterEvent.Decode(1UL << bit, FilterEncoding.Masked);
                continue;
            }

            var error = Assert.Throws<PerfmonException>(() => FilterEvent.Decode(1UL << bit, FilterEncoding.Masked));
            Assert.Contains($"Bit {bit} means nothing", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true, 0xff, FilterEncoding.Raw, "The raw encoding cannot exclude.")]
    [InlineData(false, 0x7c, FilterEncoding.Raw, "The raw encoding has one umask in an entry, and mask 0x7c looks at 5 of its 8 bits.")]
    public void What_the_raw_encoding_cannot_say(bool exclude, byte mask, FilterEncoding encoding, string problem)
    {
        var entry = new MaskedEvent(0xd0, 0, mask, exclude);
        Assert.False(entry.TryEncode(encoding, out _, out var told));
        Assert.Equal(problem, told);
        Assert.Null(entry.As(encoding));
        Assert.Contains(problem, Assert.Throws<PerfmonException>(() => entry.Encode(encoding)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_encoding_can_say()
    {
        Assert.False(new SelectUmaskEvent(0x1000, 0).TryEncode(FilterEncoding.Raw, out _, out var problem));
        Assert.Equal("Select 0x1000 has more than 12 bits: no vendor has such an event.", problem);
        Assert.False(new SelectUmaskEvent(0xc4, 0x120).TryEncode(FilterEncoding.Masked, out _, out problem));
        Assert.Equal("Umask 0x120 has more than the 8 bits of a unit mask.", problem);
        Assert.False(new MaskedEvent(0x1000, 0, 0).TryEncode(FilterEncoding.Masked, out _, out _));
        Assert.False(new RawEvent(0x5300c0).TryEncode(FilterEncoding.Masked, out _, out problem));
        Assert.Equal("Bits 16-17, 20, 22 of 0x5300c0 are neither select nor umask, and a masked filter with such an entry is refused.", problem);
    }

    [Fact]
    public void Entries_print_as_they_are_read()
    {
        Assert.Equal("0xc4/0x20", new SelectUmaskEvent(0xc4, 0x20).ToString());
        Assert.Equal("raw 0x20c4", new RawEvent(0x20c4).ToString());
        Assert.Equal("0xd0 umask & 0x7c = 0x00", new MaskedEvent(0xd0, 0, 0x7c).ToString());
        Assert.Equal("exclude 0xd0 umask & 0xff = 0x83", new MaskedEvent(0xd0, 0x83, 0xff, Exclude: true).ToString());
    }
}
