using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Tests.Events;

public sealed class PmuEventTests(ServerMachine machine) : EventTestBase(machine), IClassFixture<ServerMachine>
{
    [Theory]
    [InlineData("cpu/event=0x3c/", 0x3cul, 0ul, 0ul)]
    [InlineData("cpu/event=0x3c,umask=1,edge/", 0x4013cul, 0ul, 0ul)]
    [InlineData("cpu/ event = 60 , inv , cmask=0xff /", 0xff80003cul, 0ul, 0ul)]
    [InlineData("cpu//", 0ul, 0ul, 0ul)]
    [InlineData("cpu/edge=0/", 0ul, 0ul, 0ul)]
    [InlineData("cpu/slots/", 0x400ul, 0ul, 0ul)]
    [InlineData("cpu/mem-loads/", 0x1cdul, 3ul, 0ul)]
    [InlineData("cpu/mem-loads,ldlat=30/", 0x1cdul, 30ul, 0ul)]
    [InlineData("cpu/ldlat=30,mem-loads/", 0x1cdul, 3ul, 0ul)]
    [InlineData("cpu/slots,umask=0x80,edge=1/", 0x48000ul, 0ul, 0ul)]
    [InlineData("cpu/config=0xffffffffffffffff/", ulong.MaxValue, 0ul, 0ul)]
    [InlineData("cpu/config=0x10,config1=2,config2=3/", 0x10ul, 2ul, 3ul)]
    [InlineData("cpu/config=0xffff,event=0/", 0xff00ul, 0ul, 0ul)]
    [InlineData("cpu/offcore_rsp=0xffffffffffffffff,event=1/", 1ul, ulong.MaxValue, 0ul)]
    [InlineData("cpu/split=0xa5/", 0ul, 0ul, 0xa000000000000005ul)]
    [InlineData("cpu/event='0x3c'/", 0x3cul, 0ul, 0ul)]
    [InlineData("cpu/chip,umask=2/", 0x210ul, 0ul, 0ul)]
    [InlineData("cpu/r1a8/", 0x1a8ul, 0ul, 0ul)]
    public void Encodes_terms(string text, ulong config, ulong config1, ulong config2) =>
        Assert.Equal(new EventSelection { Type = 4, Config = config, Config1 = config1, Config2 = config2 }, ParseOne(text).Selection);

    [Fact]
    public void Encodes_the_later_words() =>
        Assert.Equal(new EventSelection { Type = 4, Config3 = 3, Config4 = 4 }, ParseOne("cpu/config3=3,config4=4/").Selection);

    [Theory]
    [InlineData("cpu/cycles/", EventType.Hardware, 0ul)]
    [InlineData("cpu/cpu-cycles/", EventType.Hardware, 0ul)]
    [InlineData("cpu/cpu-cycles,umask=1/", 4u, 0x13cul)]
    [InlineData("cpu/branch-misses,period=100/", EventType.Hardware, 5ul)]
    [InlineData("cpu/L1-icache-loads/", EventType.HardwareCache, 1ul)]
    public void A_core_takes_generic_names(string text, uint type, ulong config) =>
        Assert.Equal(new EventSelection { Type = type, Config = config }, ParseOne(text).Selection);

    [Fact]
    public void Name_and_period_are_terms()
    {
        var request = ParseOne("cpu/event=1,name=my_loads,period=0x10/u");
        Assert.Equal("my_loads:u", request.Name);
        Assert.Equal(16ul, request.Period);
        Assert.Equal("a, b/c", ParseOne("cpu/event=1,name='a, b/c'/").Name);
    }

    [Fact]
    public void Uncore_events_have_cpus_units_and_no_threads()
    {
        var energy = ParseOne("power/energy-pkg/");
        Assert.Equal(new EventSelection { Type = 20, Config = 2 }, energy.Selection);
        Assert.Equal(("power", "Joules", 2.3283064365386962890625e-10), (energy.Pmu, energy.Unit, energy.Scale));
        Assert.True(energy.SystemWideOnly);
        Assert.False(energy.CanExclude);
        Assert.Equal(CpuList.Of(0), energy.Cpus);

        var core = ParseOne("cpu/event=1/");
        Assert.False(core.SystemWideOnly);
        Assert.True(core.CanExclude);
        Assert.Null(core.Cpus);
        Assert.False(ParseOne("msr/tsc/").CanExclude);
    }

    [Theory]
    [InlineData("uncore_imc_*/reads/", "uncore_imc_0/reads/ uncore_imc_1/reads/")]
    [InlineData("uncore_imc_?/event=4/", "uncore_imc_0/event=4/ uncore_imc_1/event=4/")]
    [InlineData("uncore_imc/reads/", "uncore_imc_0/reads/ uncore_imc_1/reads/")]
    [InlineData("uncore_imc*/event=1/", "uncore_imc_0/event=1/ uncore_imc_1/event=1/ uncore_imc_free/event=1/")]
    public void A_name_may_stand_for_several(string text, string names)
    {
        if (text.StartsWith("uncore_imc_*", StringComparison.Ordinal))
        {
            // The third PMU of the pattern has no such event: that is said, not passed over.
            Refuse(text, "             ^^^^^", "the PMU uncore_imc_free has no term or event 'reads'");
            return;
        }

        var events = Parse(text);
        Assert.Equal(names, string.Join(' ', events.Select(one => one.Name)));
        Assert.Equal(events.Select(one => Machine.Pmus.Find(one.Pmu)!.Type), events.Select(one => one.Selection.Type));
        Assert.All(events, one => Assert.Equal("0,8", one.Cpus?.ToString()));
    }

    /// <summary>A probe needs a place, so the PMUs of probes are meant by their names only.</summary>
    [Fact]
    public void A_pattern_stands_for_no_probes()
    {
        Assert.DoesNotContain(Parse("*//"), one => one.Pmu is "kprobe" or "uprobe");
        Refuse("*probe/config=1/", "^^^^^^", "this machine has no PMU '*probe'");
    }

    [Theory]
    [InlineData("cpu/umask=0x1ff/", "          ^^^^^", "'0x1ff' is too large for 'umask', which has 8 bits (config:8-15)", null)]
    [InlineData("cpu/event=1,edge=2/", "                 ^", "'2' is too large for 'edge', which has 1 bit (config:18)", null)]
    [InlineData("cpu/split=0x100/", "          ^^^^^", "which has 8 bits (config2:0-3,60-63)", null)]
    [InlineData("cpu/event=x/", "          ^", "'x' is no number", null)]
    [InlineData("cpu/event=/", "    ^^^^^", "'' is no number", null)]
    [InlineData("cpu/event=-1/", "          ^^", "'-1' is no number", null)]
    [InlineData("cpu/config=0x1ffffffffffffffff/", "           ^^^^^^^^^^^^^^^^^^^", "is no number", null)]
    [InlineData("cpu/config=/", "    ^^^^^^", "'' is no number", null)]
    [InlineData("cpu/umsk=1/", "    ^^^^", "the PMU cpu has no term or event 'umsk'", "umask")]
    [InlineData("cpu/mem-load/", "    ^^^^^^^^", "no term or event 'mem-load'", "mem-loads")]
    [InlineData("cpu/mem-loads=1/", "    ^^^^^^^^^", "no term or event 'mem-loads'", "mem-loads")]
    [InlineData("cpu/cycles,cmask=1/", "    ^^^^^^", "no term or event 'cycles'", null)]
    [InlineData("cpu/config5=1/", "    ^^^^^^^", "no term or event 'config5'", "config")]
    [InlineData("cpu/period=0/", "           ^", "a period is a number from 1", null)]
    [InlineData("cpu/event=1,name=''/", "            ^^^^", "the name is missing", null)]
    [InlineData("cpu/period/", "    ^^^^^^", "no term or event 'period'", "period")]
    [InlineData("cpu/broken/", "    ^^^^^^", "do not fit the formats of the PMU cpu", null)]
    [InlineData("cpu/chip/", "^^^^^^^^^", "the event needs a value for umask", null)]
    [InlineData("cs,msr/tcs/", "       ^^^", "the PMU msr has no term or event 'tcs': its terms are config, config1", "tsc")]
    [InlineData("msr/cycles/", "    ^^^^^^", "the PMU msr has no term or event 'cycles'", null)]
    [InlineData("msr/r1/", "    ^^", "the PMU msr has no term or event 'r1'", null)]
    public void Refuses_terms(string text, string carets, string message, string? suggestion) =>
        Assert.Equal(suggestion, Refuse(text, carets, message).Suggestion);

    [Theory]
    [InlineData("mrs/tsc/", "^^^", "msr")]
    [InlineData("cs,uncore_cha/event=1/", "   ^^^^^^^^^^", null)]
    [InlineData("uncore_x*/event=1/", "^^^^^^^^^", null)]
    [InlineData("../event=1/", "^^", null)]
    [InlineData("cpu\0/event=1/", "^^^^", "cpu")]
    public void Refuses_pmus_that_the_machine_lacks(string text, string carets, string? suggestion)
    {
        var error = Refuse(text, carets, "it has breakpoint, cpu, kprobe, msr, power, software");
        Assert.Equal(suggestion, error.Suggestion);
        Assert.Equal(PerfmonReason.NotSupported, error.Reason);
    }
}
