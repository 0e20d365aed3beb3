using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

public sealed class Amd64ModelTests
{
    private const ulong User = 1UL << 16;
    private const ulong Kernel = 1UL << 17;
    private const ulong Both = User | Kernel;
    private const ulong Interrupt = 1UL << 20;
    private const ulong Enable = 1UL << 22;
    private const ulong GuestOnly = 1UL << 40;
    private const ulong HostOnly = 1UL << 41;

    private static readonly Amd64Model _model = new(6);

    [Theory]
    [InlineData(0x76 | Both, 0x76, Exclusions.None)]
    [InlineData(0x76 | User, 0x76, Exclusions.Kernel)]
    [InlineData(0x76 | Kernel, 0x76, Exclusions.User)]
    [InlineData(0x7_0000_ff8f | Both, 0x7_0000_ff8f, Exclusions.None)] // event 0x78f
    [InlineData(0xc1 | Both | 1UL << 18 | 1UL << 23 | 3UL << 24, 0x38400c1, Exclusions.None)]
    [InlineData(0xc0 | Both | GuestOnly, 0xc0, Exclusions.Host)]
    [InlineData(0xc0 | User | HostOnly, 0xc0, Exclusions.Guest | Exclusions.Kernel)]
    public void PERF_CTL_decodes_and_encodes(ulong fields, ulong config, Exclusions exclude)
    {
        var selection = new EventSelection { Type = EventType.Raw, Config = config, Exclude = exclude };
        for (var n = 0; n < 6; n++)
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
    public void Guest_only_with_host_only_is_neither() =>
        Assert.Equal(Exclusions.None, Decode(0, 0xc0 | Both | Enable | GuestOnly | HostOnly).Selection.Exclude);

    [Fact]
    public void PERF_CTL_without_enable_is_off() => Assert.Equal(CounterSetting.Off, Decode(0, ~Enable));

    [Fact]
    public void PERF_CTL_of_no_mode_is_invalid_and_says_which_bits()
    {
        var setting = Decode(5, 0xc0 | Enable | HostOnly);
        Assert.False(setting.IsEnabled);
        Assert.All(
            ["PMC 5", "PERF_CTL5", "bit 16", "bit 17"],
            part => Assert.Contains(part, setting.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void Reserved_bits_select_nothing() =>
        Assert.Equal(
            new() { Type = EventType.Raw, Config = 0xc0 },
            Decode(0, 0xc0 | Both | Enable | 1UL << 19 | 1UL << 21 | 0xfUL << 36 | 0x3f_ffffUL << 42).Selection);

    public static TheoryData<string, int, EventSelection> Inexpressible => new()
    {
        { "no such PMD", 6, new() { Type = 4, Config = 0xc0 } },
        { "negative PMD", -1, new() { Type = 4, Config = 0xc0 } },
        { "another PMU", 0, new() { Type = 8, Config = 0xc0 } },
        { "any thread", 0, new() { Type = 4, Config = 0x2000c0 } },
        { "host-only bit in config", 0, new() { Type = 4, Config = 0xc0 | HostOnly } },
        { "neither host nor guest", 0, new() { Type = 4, Config = 0xc0, Exclude = Exclusions.Host | Exclusions.Guest } },
        { "no mode", 0, new() { Type = 4, Config = 0xc0, Exclude = Exclusions.User | Exclusions.Kernel } },
        { "not the idle task", 0, new() { Type = 4, Config = 0xc0, Exclude = Exclusions.Idle } },
        { "config2", 0, new() { Type = 4, Config = 0xc0, Config2 = 1 } },
    };

    [Theory]
    [MemberData(nameof(Inexpressible))]
    public void What_a_counter_cannot_count_is_refused_and_nothing_is_written(string what, int pmd, EventSelection selection)
    {
        var pmcs = new ulong[RegisterSpace.Count];
        Assert.False(_model.TryEncode(pmd, selection, pmcs), what);
        Assert.Equal(new ulong[RegisterSpace.Count], pmcs);
    }

    [Theory]
    [InlineData(4, 3, 0xc0010003, 0xc0010007)]
    [InlineData(4, 0, 0xc0010000, 0xc0010004)]
    [InlineData(6, 0, 0xc0010200, 0xc0010201)]
    [InlineData(6, 5, 0xc001020a, 0xc001020b)]
    public void Registers_have_AMDs_names_and_addresses(int counters, int number, uint control, uint counter)
    {
        var model = new Amd64Model(counters);
        Assert.Equal(counters, model.Pmcs.Count);
        Assert.Equal(counters, model.Pmds.Count);
        Assert.Equal(($"PERF_CTL{number}", control), (model.Pmcs[number].Name, model.Pmcs[number].Address));
        Assert.Equal(($"PERF_CTR{number}", counter), (model.Pmds[number].Name, model.Pmds[number].Address));
        Assert.Equal(0xffff_fcf0_0028_0000, model.Pmcs[number].Reserved);
        Assert.Equal(48, model.Pmds[number].Width);
    }

    [Theory]
    [InlineData(0, 48)]
    [InlineData(17, 48)]
    [InlineData(4, 0)]
    [InlineData(4, 65)]
    public void Impossible_machines_are_refused(int counters, int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Amd64Model(counters, width));

    private static CounterSetting Decode(int pmd, ulong value)
    {
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[pmd] = value;
        return _model.Decode(pmd, pmcs);
    }
}
