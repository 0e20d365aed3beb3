using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

public sealed class RegisterMapTests
{
    private static readonly RegisterMap _intel = new(new IntelArchitecturalModel(2, 48, 3, 48));
    private static readonly RegisterMap _none = new();

    [Fact]
    public void Without_a_PMU_only_the_virtual_registers_exist()
    {
        Assert.Null(_none.Hardware);
        Assert.Equal("virtual", _none.ModelName);
        Assert.Equal("256-319", _none.AvailablePmcs(SessionKinds.Thread).ToString());
        Assert.Equal("256-319", _none.AvailablePmds(SessionKinds.SystemWide).ToString());
        Assert.Null(_none.Pmc(0));
        Assert.Equal(-1, _none.CompanionPmc(0));
    }

    [Fact]
    public void With_a_PMU_its_registers_come_before_the_virtual_ones()
    {
        Assert.Equal("intel-architectural", _intel.ModelName);
        Assert.Equal("0-1,16,256-319", _intel.AvailablePmcs(SessionKinds.Any).ToString());
        Assert.Equal("0-1,16-18,256-319", _intel.AvailablePmds(SessionKinds.Any).ToString());
        Assert.Equal("FIXED_CTRL", _intel.Pmc(16)?.Name);
        Assert.Equal("FIXED_CTR2", _intel.Pmd(18)?.Name);
        Assert.Equal("VIRTUAL_SELECT63", _intel.Pmc(319)?.Name);
        Assert.Equal("VIRTUAL_COUNT0", _intel.Pmd(256)?.Name);
        Assert.Equal(Enumerable.Range(256, 64), Enumerable.Range(19, 301).Where(n => _intel.Pmc(n) is not null));
    }

    [Theory]
    [InlineData(-1, -1)]
    [InlineData(1, 1)]
    [InlineData(2, -1)]
    [InlineData(16, 16)]
    [InlineData(18, 16)]
    [InlineData(19, -1)]
    [InlineData(255, -1)]
    [InlineData(256, 256)]
    [InlineData(319, 319)]
    [InlineData(320, -1)]
    public void Each_PMD_has_the_PMC_that_governs_it(int pmd, int pmc)
    {
        Assert.Equal(pmc, _intel.CompanionPmc(pmd));
        Assert.Equal(pmc >= 0, _intel.Pmd(pmd) is not null);
    }

    [Fact]
    public void Decode_asks_the_model_that_has_the_register()
    {
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[1] = 0x4300c0;
        pmcs[16] = 0x20;
        pmcs[256] = 1UL << 63 | 1UL << 32 | 2;

        Assert.Equal(new() { Type = 4, Config = 0xc0 }, _intel.Decode(1, pmcs).Selection);
        Assert.Equal(new() { Type = 4, Config = 0x3c, Exclude = Exclusions.Kernel }, _intel.Decode(17, pmcs).Selection);
        Assert.Equal(new() { Type = EventType.Software, Config = 2 }, _intel.Decode(256, pmcs).Selection);
        Assert.Equal(CounterSetting.Off, _none.Decode(1, pmcs));
        Assert.Equal(CounterSetting.Off, _intel.Decode(320, pmcs));
    }

    [Theory]
    [InlineData(SessionKinds.None, SessionKinds.None, false)]
    [InlineData(SessionKinds.Any, SessionKinds.None, false)]
    [InlineData(SessionKinds.Any, SessionKinds.Thread, true)]
    [InlineData(SessionKinds.Any, SessionKinds.Any, true)]
    [InlineData(SessionKinds.SystemWide, SessionKinds.SystemWide, true)]
    [InlineData(SessionKinds.SystemWide, SessionKinds.Thread, false)]
    [InlineData(SessionKinds.SystemWide, SessionKinds.Any, false)]
    public void A_register_is_available_to_the_sessions_it_exists_in(SessionKinds register, SessionKinds session, bool available)
    {
        var map = new RegisterMap(new OneRegister(7, register));
        Assert.Equal(available, map.AvailablePmcs(session).Contains(7));
        Assert.Equal(available, map.AvailablePmds(session).Contains(7));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    [InlineData(320)]
    public void A_model_may_not_reach_beyond_the_hardware_registers(int number) =>
        Assert.Throws<ArgumentException>(() => new RegisterMap(new OneRegister(number, SessionKinds.Any)));

    [Fact]
    public void A_model_may_not_describe_a_register_twice() =>
        Assert.Throws<ArgumentException>(() => new RegisterMap(new OneRegister(7, SessionKinds.Any, times: 2)));

    private sealed class OneRegister(int number, SessionKinds sessions, int times = 1) : PmuModel
    {
        public override string Name => "one";

        public override IReadOnlyList<RegisterDescription> Pmcs { get; } =
            [.. Enumerable.Repeat(new RegisterDescription { Number = number, Name = "ONE", Sessions = sessions }, times)];

        public override IReadOnlyList<RegisterDescription> Pmds => Pmcs;

        public override CounterSetting Decode(int pmd, ReadOnlySpan<ulong> pmcs) => CounterSetting.Off;

        public override bool TryEncode(int pmd, in EventSelection selection, Span<ulong> pmcs) => false;
    }
}
