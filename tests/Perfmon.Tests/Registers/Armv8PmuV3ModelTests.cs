using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

public sealed class Armv8PmuV3ModelTests
{
    private const uint Type = 8;
    private const ulong ExcludeKernel = 1UL << 31;
    private const ulong ExcludeUser = 1UL << 30;
    private const ulong CountHypervisor = 1UL << 27;

    private static readonly Armv8PmuV3Model _model = new(6, Type, counterWidth: 32);

    [Theory]
    [InlineData(0x08, 0x08, Exclusions.Hypervisor)]
    [InlineData(0xffff | CountHypervisor, 0xffff, Exclusions.None)]
    [InlineData(0x08 | ExcludeKernel, 0x08, Exclusions.Kernel | Exclusions.Hypervisor)]
    [InlineData(0x08 | ExcludeUser, 0x08, Exclusions.User | Exclusions.Hypervisor)]
    [InlineData(0x08 | ExcludeUser | ExcludeKernel | CountHypervisor, 0x08, Exclusions.User | Exclusions.Kernel)]
    [InlineData(0x00 | CountHypervisor, 0x00, Exclusions.None)]
    public void PMEVTYPER_decodes_and_encodes(ulong value, ulong config, Exclusions exclude)
    {
        for (var n = 0; n < 6; n++)
        {
            AssertBothWays(n, value, new() { Type = Type, Config = config, Exclude = exclude });
        }
    }

    [Theory]
    [InlineData(0, Exclusions.Hypervisor)]
    [InlineData(CountHypervisor, Exclusions.None)]
    [InlineData(ExcludeKernel, Exclusions.Kernel | Exclusions.Hypervisor)]
    [InlineData(ExcludeUser, Exclusions.User | Exclusions.Hypervisor)]
    [InlineData(ExcludeUser | ExcludeKernel | CountHypervisor, Exclusions.User | Exclusions.Kernel)]
    public void PMCCFILTR_decodes_and_encodes(ulong value, Exclusions exclude) =>
        AssertBothWays(31, value, new() { Type = Type, Config = 0x11, Exclude = exclude });

    [Fact]
    public void At_its_default_every_counter_is_off()
    {
        var pmcs = new ulong[RegisterSpace.Count];
        foreach (var pmc in _model.Pmcs)
        {
            pmcs[pmc.Number] = pmc.Default;
        }

        Assert.All(_model.Pmds, pmd => Assert.Equal(CounterSetting.Off, _model.Decode(pmd.Number, pmcs)));
        Assert.Equal(0UL, _model.Pmcs[0].Default);
        Assert.Equal(ExcludeKernel | ExcludeUser, _model.Pmcs[^1].Default);
    }

    [Fact]
    public void PMEVTYPER_of_no_level_is_invalid_and_says_which_bits()
    {
        var setting = Decode(2, 0x08 | ExcludeUser | ExcludeKernel);
        Assert.False(setting.IsEnabled);
        Assert.All(
            ["PMC 2", "PMEVTYPER2", "bit 31", "bit 30", "bit 27"],
            part => Assert.Contains(part, setting.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Reserved_bits_select_nothing()
    {
        const ulong Reserved = 0xffff_ffff_37ff_0000;
        Assert.Equal(CounterSetting.Off, Decode(0, Reserved));
        Assert.Equal(Decode(0, 0x11), Decode(0, 0x11 | Reserved));
        Assert.Equal(Decode(31, 0), Decode(31, Reserved | 0xffff));
    }

    public static TheoryData<string, int, EventSelection> Inexpressible => new()
    {
        { "no such PMD", 6, new() { Type = Type, Config = 0x08 } },
        { "no such PMD", 30, new() { Type = Type, Config = 0x11 } },
        { "no such PMD", 32, new() { Type = Type, Config = 0x11 } },
        { "another PMU", 0, new() { Type = 4, Config = 0x08 } },
        { "event of 17 bits", 0, new() { Type = Type, Config = 0x10008 } },
        { "not cycles", 31, new() { Type = Type, Config = 0x08 } },
        { "no level", 0, new() { Type = Type, Config = 8, Exclude = Exclusions.User | Exclusions.Kernel | Exclusions.Hypervisor } },
        { "no level", 31, new() { Type = Type, Config = 0x11, Exclude = Exclusions.User | Exclusions.Kernel | Exclusions.Hypervisor } },
        { "SW_INCR's off value", 0, new() { Type = Type, Config = 0, Exclude = Exclusions.Hypervisor } },
        { "host only", 0, new() { Type = Type, Config = 8, Exclude = Exclusions.Guest } },
        { "config1 (long, rdpmc)", 0, new() { Type = Type, Config = 8, Config1 = 1 } },
    };

    [Theory]
    [MemberData(nameof(Inexpressible))]
    public void What_a_counter_cannot_count_is_refused_and_nothing_is_written(string what, int pmd, EventSelection selection)
    {
        var pmcs = new ulong[RegisterSpace.Count];
        Array.Fill(pmcs, 0x1234UL);
        Assert.False(_model.TryEncode(pmd, selection, pmcs), what);
        Assert.All(pmcs, value => Assert.Equal(0x1234UL, value));
    }

    [Fact]
    public void Registers_have_Arms_names_and_widths()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5, 31], _model.Pmcs.Select(pmc => pmc.Number));
        Assert.Equal([0, 1, 2, 3, 4, 5, 31], _model.Pmds.Select(pmd => pmd.Number));
        Assert.Equal(("PMEVTYPER5", "PMCCFILTR"), (_model.Pmcs[5].Name, _model.Pmcs[6].Name));
        Assert.Equal(("PMEVCNTR5", "PMCCNTR"), (_model.Pmds[5].Name, _model.Pmds[6].Name));
        Assert.Equal((32, 64), (_model.Pmds[5].Width, _model.Pmds[6].Width));
        Assert.Equal((0xffff_ffff_37ff_0000, 0xffff_ffff_37ff_ffff), (_model.Pmcs[5].Reserved, _model.Pmcs[6].Reserved));
        Assert.All(_model.Pmcs, pmc => Assert.Null(pmc.Address));
        Assert.Equal((5, 31, -1), (_model.CompanionPmc(5), _model.CompanionPmc(31), _model.CompanionPmc(6)));
    }

    [Theory]
    [InlineData(-1, 64)]
    [InlineData(32, 64)]
    [InlineData(6, 65)]
    public void Impossible_machines_are_refused(int counters, int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Armv8PmuV3Model(counters, Type, width));

    private static void AssertBothWays(int pmd, ulong value, EventSelection selection)
    {
        Assert.Equal(CounterSetting.Counts(selection), Decode(pmd, value));

        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[pmd] = ulong.MaxValue;
        Assert.True(_model.TryEncode(pmd, selection, pmcs));
        Assert.Equal(value, pmcs[pmd]);
    }

    private static CounterSetting Decode(int pmd, ulong value)
    {
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[pmd] = value;
        return _model.Decode(pmd, pmcs);
    }
}
