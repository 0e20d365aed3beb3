using System.Runtime.CompilerServices;
using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

public sealed class RegisterMaskTests
{
    [Fact]
    public void Bit_n_is_word_n_div_64_bit_n_mod_64()
    {
        Assert.Equal(40, Unsafe.SizeOf<RegisterMask>());
        for (var n = 0; n < RegisterSpace.Count; n++)
        {
            var mask = RegisterMask.Of(n);
            Assert.Equal(1UL << (n & 63), mask[n >> 6]);
            Assert.Equal(1, mask.PopulationCount);
        }
    }

    [Fact]
    public void Enumerates_in_increasing_order()
    {
        var found = new List<int>();
        foreach (var register in RegisterMask.Of(319, 0, 63, 64, 256, 255))
        {
            found.Add(register);
        }

        Assert.Equal([0, 63, 64, 255, 256, 319], found);
    }

    [Fact]
    public void Add_beyond_the_vector_is_refused_and_remove_is_harmless()
    {
        var mask = RegisterMask.Of(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => RegisterMask.Of(320));
        Assert.Throws<ArgumentOutOfRangeException>(() => RegisterMask.Of(-1));
        mask.Remove(320);
        mask.Remove(-1);
        Assert.Equal(RegisterMask.Of(1), mask);
        Assert.False(mask.Contains(-1));
        Assert.False(mask.Contains(320));
    }

    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 0, 1, 2, 3, 16, 256 }, "0-3,16,256")]
    [InlineData(new[] { 318, 319 }, "318-319")]
    public void Prints_ranges(int[] registers, string expected) => Assert.Equal(expected, RegisterMask.Of(registers).ToString());

    [Fact]
    public void Subset_and_union()
    {
        var small = RegisterMask.Of(3, 300);
        var large = RegisterMask.Of(3, 4, 300);
        Assert.True(small.IsSubsetOf(large));
        Assert.False(large.IsSubsetOf(small));
        small.UnionWith(large);
        Assert.Equal(large, small);
        Assert.True(default(RegisterMask).IsEmpty);
        Assert.False(small.IsEmpty);
    }
}
