using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

public sealed class IntelArchitecturalModelTests
{
    private const ulong User = 1UL << 16;
    private const ulong Kernel = 1UL << 17;
    private const ulong Both = User | Kernel;
    private const ulong Interrupt = 1UL << 20;
    private const ulong Enable = 1UL << 22;

    private static readonly IntelArchitecturalModel _model = new(8, 48, 4, 40);

    [Theory]
    [InlineData(0x00c0 | Both, 0x00c0, Exclusions.None)]
    [InlineData(0x412e | User, 0x412e, Exclusions.Kernel)]
    [InlineData(0x412e | Kernel, 0x412e, Exclusions.User)]
    [InlineData(0x003c | Both | 1UL << 18, 0x4003c, Exclusions.None)] // edge
    [InlineData(0x003c | Both | 1UL << 21, 0x20003c, Exclusions.None)] // any thread
    [InlineData(0x003c | Both | 1UL << 23, 0x80003c, Exclusions.None)] // invert
    [InlineData(0x003c | Both | 0xffUL << 24, 0xff00003c, Exclusions.None)] // cmask
    public void PERFEVTSEL_decodes_and_encodes(ulong fields, ulong config, Exclusions exclude)
    {
        var selection = new EventSelection { Type = EventType.Raw, Config = config, Exclude = exclude };
        for (var n = 0; n < 8; n++)
        {
            var pmcs = new ulong[RegisterSpace.Count];
            pmcs[n] = fields | Enable;
            Assert.Equal(CounterSetting.Counts(selection), _model.Decode(n, pmcs));

            var encoded = new ulong[RegisterSpace.Count];
            Assert.True(_model.TryEncode(n, selection, encoded));
            pmcs[n] |= Interrupt;
            Assert.Equal(pmcs, encoded);
        }
    }

    [Fact]
    public void PERFEVTSEL_without_enable_is_off() =>
        Assert.Equal(CounterSetting.Off, Decode(0, 0, ~Enable));

    [Fact]
    public void PERFEVTSEL_of_no_mode_is_invalid_and_says_which_bits()
    {
        var setting = Decode(3, 3, 0xc0 | Enable);
        Assert.False(setting.IsEnabled);
        Assert.All(
            ["PMC 3", "PERFEVTSEL3", "bit 16", "bit 17", "bit 22"],
            part => Assert.Contains(part, setting.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Reserved_bits_select_nothing() =>
        Assert.Equal(0xc0UL, Decode(0, 0, 0xc0 | Both | Enable | 1UL << 19 | 0xffff_ffffUL << 32).Selection.Config);

    [Theory]
    [InlineData(16, 0x3, 0x00c0, Exclusions.None)]
    [InlineData(16, 0x1, 0x00c0, Exclusions.User)]
    [InlineData(16, 0x2, 0x00c0, Exclusions.Kernel)]
    [InlineData(16, 0x7, 0x2000c0, Exclusions.None)]
    [InlineData(17, 0x30, 0x003c, Exclusions.None)]
    [InlineData(17, 0x20, 0x003c, Exclusions.Kernel)]
    [InlineData(18, 0x300, 0x0300, Exclusions.None)]
    [InlineData(19, 0x1000, 0x0400, Exclusions.User)]
    public void FIXED_CTRL_decodes_and_encodes_the_counters_nibble(int pmd, ulong control, ulong config, Exclusions exclude)
    {
        var selection = new EventSelection { Type = EventType.Raw, Config = config, Exclude = exclude };
        Assert.Equal(CounterSetting.Counts(selection), Decode(pmd, 16, control));

        // The nibbles of the other counters stay, whatever was in the own one.
        var nibble = 0xfUL << (4 * (pmd - 16));
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[16] = 0xb2b5 | nibble;
        Assert.True(_model.TryEncode(pmd, selection, pmcs));
        Assert.Equal(control | (nibble & 0x8888), pmcs[16] & nibble);
        Assert.Equal(0xb2b5 & ~nibble, pmcs[16] & ~nibble);
    }

    [Theory]
    [InlineData(16, 0xfff0)]
    [InlineData(16, 0x8)]
    [InlineData(16, 0x4)]
    [InlineData(17, 0xff0f)]
    [InlineData(19, 0xcfff)]
    [InlineData(20, 0x30000)]
    public void Fixed_counter_without_a_mode_is_off(int pmd, ulong control) => Assert.Equal(CounterSetting.Off, Decode(pmd, 16, control));

    public static TheoryData<string, int, EventSelection> Inexpressible => new()
    {
        { "no such PMD", 8, new() { Type = 4, Config = 0xc0 } },
        { "no such fixed counter", 20, new() { Type = 4, Config = 0xc0 } },
        { "another PMU", 0, new() { Type = 0, Config = 0xc0 } },
        { "another event than the fixed one", 16, new() { Type = 4, Config = 0x3c } },
        { "edge of a fixed counter", 16, new() { Type = 4, Config = 0x400c0 } },
        { "no mode", 0, new() { Type = 4, Config = 0xc0, Exclude = Exclusions.User | Exclusions.Kernel } },
        { "no mode, fixed", 16, new() { Type = 4, Config = 0xc0, Exclude = Exclusions.User | Exclusions.Kernel } },
        { "guest only", 0, new() { Type = 4, Config = 0xc0, Exclude = Exclusions.Host } },
        { "config beyond 32 bits", 0, new() { Type = 4, Config = 0x1_0000_00c0 } },
        { "config with the OS bit", 0, new() { Type = 4, Config = 0xc0 | Kernel } },
        { "config1", 0, new() { Type = 4, Config = 0xc0, Config1 = 1 } },
        { "precise", 0, new() { Type = 4, Config = 0xc0, PreciseIp = 1 } },
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
    public void Registers_have_Intels_names_and_addresses()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 16], _model.Pmcs.Select(pmc => pmc.Number));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19], _model.Pmds.Select(pmd => pmd.Number));
        Assert.Equal(("PERFEVTSEL7", 0x18du), (_model.Pmcs[7].Name, _model.Pmcs[7].Address));
        Assert.Equal(0xffff_ffff_0008_0000, _model.Pmcs[7].Reserved);
        Assert.Equal(("FIXED_CTRL", 0x38du), (_model.Pmcs[8].Name, _model.Pmcs[8].Address));
        Assert.Equal(0xffff_ffff_ffff_0000, _model.Pmcs[8].Reserved);
        Assert.Equal(("PMC7", 0xc8u, 48), (_model.Pmds[7].Name, _model.Pmds[7].Address, _model.Pmds[7].Width));
        Assert.Equal(("FIXED_CTR3", 0x30cu, 40), (_model.Pmds[11].Name, _model.Pmds[11].Address, _model.Pmds[11].Width));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 7)]
    [InlineData(8, -1)]
    [InlineData(16, 16)]
    [InlineData(19, 16)]
    [InlineData(20, -1)]
    [InlineData(-1, -1)]
    public void Fixed_counters_share_a_PMC(int pmd, int pmc) => Assert.Equal(pmc, _model.CompanionPmc(pmd));

    [Fact]
    public void Fixed_counters_without_an_architectural_event_are_left_out() =>
        Assert.Equal(4, new IntelArchitecturalModel(0, 0, 7, 48).Pmds.Count);

    [Fact]
    public void A_PMU_of_another_type_has_no_any_thread_bit()
    {
        var atom = new IntelArchitecturalModel(8, 48, 3, 48, eventType: 10);
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[0] = 0x3c | Both | Enable | 1UL << 21;
        pmcs[16] = 0x7;

        Assert.Equal(new() { Type = 10, Config = 0x3c }, atom.Decode(0, pmcs).Selection);
        Assert.Equal(new() { Type = 10, Config = 0xc0 }, atom.Decode(16, pmcs).Selection);
        Assert.Equal(0x333UL | 0x888, ~atom.Pmcs[8].Reserved);
        Assert.False(atom.TryEncode(0, new() { Type = 10, Config = 0x20003c }, pmcs));
    }

    [Theory]
    [InlineData(-1, 48, 3, 48)]
    [InlineData(17, 48, 3, 48)]
    [InlineData(4, 65, 3, 48)]
    [InlineData(4, 48, 17, 48)]
    [InlineData(4, 48, 3, -1)]
    public void Impossible_machines_are_refused(int generic, int genericWidth, int fixedCounters, int fixedWidth) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new IntelArchitecturalModel(generic, genericWidth, fixedCounters, fixedWidth));

    private static CounterSetting Decode(int pmd, int pmc, ulong value)
    {
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[pmc] = value;
        return _model.Decode(pmd, pmcs);
    }
}
