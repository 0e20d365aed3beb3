using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

public sealed class PmdRegisterTests
{
    [Fact]
    public void Counts_on_from_what_was_written()
    {
        var pmd = new PmdRegister();
        pmd.Write(1000, 0);
        Assert.Equal((1000UL, 1042UL, 1000UL), (pmd.ValueAt(0), pmd.ValueAt(42), pmd.LastValueAt(42)));
    }

    [Fact]
    public void A_write_while_counting_takes_effect_then()
    {
        var pmd = new PmdRegister();
        pmd.Write(0, 0);
        pmd.Write(7, 500);
        Assert.Equal((7UL, 9UL, 7UL), (pmd.ValueAt(500), pmd.ValueAt(502), pmd.LastValueAt(502)));
    }

    [Fact]
    public void Wraps_at_64_bits()
    {
        var pmd = new PmdRegister();
        pmd.Write(ulong.MaxValue - 1, 10);
        Assert.Equal((ulong.MaxValue, 0UL, 98UL), (pmd.ValueAt(11), pmd.ValueAt(12), pmd.ValueAt(110)));
    }

    [Fact]
    public void Folding_keeps_the_value_when_the_kernel_begins_again_at_zero()
    {
        var pmd = new PmdRegister();
        pmd.Write(100, 40);
        pmd.Fold(50);
        Assert.Equal((110UL, 115UL, 100UL), (pmd.ValueAt(0), pmd.ValueAt(5), pmd.LastValueAt(5)));
        pmd.Fold(5);
        pmd.Fold(0);
        Assert.Equal(115UL, pmd.ValueAt(0));
    }

    [Fact]
    public void Folding_wraps_too()
    {
        var pmd = new PmdRegister();
        pmd.Write(ulong.MaxValue, 0);
        pmd.Fold(3);
        Assert.Equal(2UL, pmd.ValueAt(0));
    }
}
