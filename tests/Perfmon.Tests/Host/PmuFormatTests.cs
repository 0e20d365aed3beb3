using FsCheck;
using FsCheck.Fluent;
using Perfmon.Host;

namespace Perfmon.Tests.Host;

public class PmuFormatTests
{
    [Theory]
    [InlineData("config:0-7", PmuFormatField.Config, "config:0-7", 8)]
    [InlineData("config:0-7,32-35\n", PmuFormatField.Config, "config:0-7,32-35", 12)]
    [InlineData("config:21", PmuFormatField.Config, "config:21", 1)]
    [InlineData("config1:0-63", PmuFormatField.Config1, "config1:0-63", 64)]
    [InlineData("config2:32-35,0-7", PmuFormatField.Config2, "config2:0-7,32-35", 12)]
    [InlineData("config3:63", PmuFormatField.Config3, "config3:63", 1)]
    [InlineData("config4:1,6-10,44", PmuFormatField.Config4, "config4:1,6-10,44", 7)]
    public void Reads_a_format_file(string text, PmuFormatField field, string canonical, int width)
    {
        Assert.True(PmuFormat.TryParse("event", text, out var format, out var error));
        Assert.Null(error);
        Assert.Equal(("event", field, canonical, width), (format.Name, format.Field, format.ToString(), format.Width));
    }

    [Theory]
    [InlineData("", "''")]
    [InlineData("confog:0-7", "'confog'")]
    [InlineData("config0:0-7", "'config0'")]
    [InlineData("config5:0-7", "'config5'")]
    [InlineData("config10:0-7", "'config10'")]
    [InlineData("config", "''")]
    [InlineData("config:", "''")]
    [InlineData("config:0-7,", "''")]
    [InlineData("config:0-64", "'0-64'")]
    [InlineData("config:7-0", "'7-0'")]
    [InlineData("config:0-7:8", "'0-7:8'")]
    [InlineData("config:-1", "'-1'")]
    [InlineData("config:0-7,7-8", "'7-8' names a bit twice")]
    public void Points_at_the_wrong_part(string text, string wrong)
    {
        Assert.False(PmuFormat.TryParse("event", text, out var format, out var error));
        Assert.Null(format);
        Assert.StartsWith(wrong, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config:0-7,32-35", 0xfffUL, 0xf000000ffUL)]
    [InlineData("config:0-7,32-35", 0x1c0UL, 0x1000000c0UL)]
    [InlineData("config:32-35,0-7", 0x1c0UL, 0x1000000c0UL)]
    [InlineData("config:23", 1UL, 0x800000UL)]
    [InlineData("config:0-63", ulong.MaxValue, ulong.MaxValue)]
    [InlineData("config:63", 1UL, 0x8000000000000000UL)]
    public void Scatters_a_value_from_the_lowest_bit_on(string text, ulong value, ulong bits)
    {
        Assert.True(Parse(text).TryScatter(value, out var scattered));
        Assert.Equal(bits, scattered);
    }

    [Theory]
    [InlineData("config:0-7,32-35", 0x1000UL)]
    [InlineData("config:23", 2UL)]
    [InlineData("config:0-62", 0x8000000000000000UL)]
    public void Refuses_a_value_that_does_not_fit(string text, ulong value)
    {
        Assert.False(Parse(text).TryScatter(value, out var bits));
        Assert.Equal(0UL, bits);
    }

    // The oracle goes bit by bit, as perf does.
    [Fact]
    public void Scatters_like_a_loop_over_bits()
    {
        var masks = ArbMap.Default.GeneratorFor<ulong>().Where(mask => mask != 0);
        var values = ArbMap.Default.GeneratorFor<ulong>();
        var cases = from mask in masks from other in masks from value in values select (Mask: mask | other << 32, value);
        Prop.ForAll(cases.ToArbitrary(), pair =>
        {
            var bits = Enumerable.Range(0, 64).Where(bit => (pair.Mask >> bit & 1) != 0).ToList();
            var value = bits.Count == 64 ? pair.value : pair.value & ((1UL << bits.Count) - 1);
            var expected = bits.Select((bit, index) => (value >> index & 1) << bit).Aggregate(0UL, (all, one) => all | one);
            return Parse($"config:{string.Join(',', bits)}").TryScatter(value, out var scattered) && scattered == expected;
        }).QuickCheckThrowOnFailure();
    }

    private static PmuFormat Parse(string text)
    {
        Assert.True(PmuFormat.TryParse("event", text, out var format, out var error), error);
        return format;
    }
}
