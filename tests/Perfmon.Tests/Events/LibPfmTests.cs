using Perfmon.Diagnostics;
using Perfmon.Events.Families;
using Perfmon.Events.Syntax;
using Perfmon.Native.LibPfm;
using Perfmon.Registers;

namespace Perfmon.Tests.Events;

/// <summary>Names of libpfm4, those that it knows on every machine: the kernel's, in its own spelling.</summary>
public sealed class LibPfmTests(VirtualMachine machine) : EventTestBase(machine), IClassFixture<VirtualMachine>
{
    private const string NotInstalled = "libpfm4 is not installed (sudo apt install libpfm4).";

    [SkippableTheory]
    [InlineData("perf::PAGE-FAULTS", EventType.Software, 2ul, Exclusions.None, false)]
    [InlineData("PERF_COUNT_SW_PAGE_FAULTS", EventType.Software, 2ul, Exclusions.None, false)]
    [InlineData("perf::PAGE-FAULTS:u", EventType.Software, 2ul, Exclusions.Kernel | Exclusions.Hypervisor, true)]
    [InlineData("perf::PAGE-FAULTS:u=1:k=0", EventType.Software, 2ul, Exclusions.Kernel | Exclusions.Hypervisor, true)]
    [InlineData("perf::PERF_COUNT_HW_INSTRUCTIONS:uk", EventType.Hardware, 1ul, Exclusions.Hypervisor, true)]
    [InlineData("perf::PERF_COUNT_HW_CPU_CYCLES:G", EventType.Hardware, 0ul, Exclusions.Host, false)]
    [InlineData("perf::PERF_COUNT_HW_CPU_CYCLES:mg=1", EventType.Hardware, 0ul, Exclusions.Host, false)]
    [InlineData("perf::LLC-LOAD-MISSES", EventType.HardwareCache, 0x10002ul, Exclusions.None, false)]
    [InlineData("perf::L1-DCACHE-LOADS:u:k", EventType.HardwareCache, 0ul, Exclusions.Hypervisor, true)]
    [InlineData("perf_raw::r1a8:k", EventType.Raw, 0x1a8ul, Exclusions.User | Exclusions.Hypervisor, true)]
    public void Encodes(string text, uint type, ulong config, Exclusions exclude, bool isExplicit)
    {
        Skip.IfNot(LibPfmEncoder.Shared.IsAvailable, NotInstalled);
        var request = ParseOne(text);
        Assert.Equal(new EventSelection { Type = type, Config = config, Exclude = exclude }, request.Selection);
        Assert.Equal(isExplicit, request.HasExplicitPrivileges);
        Assert.Equal(text, request.Name);
    }

    [SkippableFact]
    public void Precision_and_period_are_ours_or_libpfms()
    {
        Skip.IfNot(LibPfmEncoder.Shared.IsAvailable, NotInstalled);
        Assert.Equal(2, ParseOne("perf::PERF_COUNT_HW_CPU_CYCLES:precise=2").Selection.PreciseIp);
        Assert.Equal(2, ParseOne("perf::PERF_COUNT_HW_CPU_CYCLES:pp").Selection.PreciseIp);
        Assert.Equal(9ul, ParseOne("perf::PERF_COUNT_HW_CPU_CYCLES:period=9").Period);
    }

    [SkippableTheory]
    [InlineData("perf::NOTHING", "^^^^^^^^^^^^^", "libpfm4 knows no 'perf::NOTHING' on this machine")]
    [InlineData("cs,no_pmu::NOTHING:u", "   ^^^^^^^^^^^^^^^", "libpfm4 knows no")]
    [InlineData("perf::PAGE-FAULTS:nothing=1", "^^^^^^^^^^^^^^^^^^^^^^^^^^^", "libpfm4 does not take 'perf::PAGE-FAULTS:nothing=1': invalid event attribute")]
    [InlineData("perf::PAGE-FAULTS:freq=99", "^^^^^^^^^^^^^^^^^^^^^^^^^", "says how to run the event, not which it is")]
    [InlineData("perf::PAGE-FAULTS:excl=1", "^^^^^^^^^^^^^^^^^^^^^^^^", "says how to run the event, not which it is")]
    [InlineData("perf::PAGE-FAULTS:G", "                  ^", "'G' does not work for software events")]
    [InlineData("perf::", "^^^^^^", "libpfm4 knows no 'perf::'")]
    [InlineData("::", "^^", "libpfm4 knows no '::'")]
    [InlineData("a::b::c\u00e9", "^^^^^^^^", "libpfm4 knows no")]
    public void Refuses(string text, string carets, string message)
    {
        Skip.IfNot(LibPfmEncoder.Shared.IsAvailable, NotInstalled);
        Refuse(text, carets, message);
    }

    [SkippableFact]
    public void Encodes_this_cpus_own_events()
    {
        Skip.IfNot(LibPfmEncoder.Shared.IsAvailable, NotInstalled);
        var isZen3 = LibPfmEncoder.Shared.TryEncode("amd64_fam19h_zen3::RETIRED_INSTRUCTIONS", out _, out _);
        Skip.IfNot(isZen3, "The CPU is not of AMD's family 19h, Zen 3.");
        Assert.Equal(
            new EventSelection { Type = EventType.Raw, Config = 0xc0, Exclude = Exclusions.Kernel | Exclusions.Hypervisor },
            ParseOne("RETIRED_INSTRUCTIONS:u").Selection);
        Assert.Equal(0x0280_00c0ul | (1 << 18), ParseOne("amd64_fam19h_zen3::RETIRED_INSTRUCTIONS:c=2:i=1:e=1:k").Selection.Config);
        Refuse("RETIRED_INSTRUCTIONS:x=1", "^^^^^^^^^^^^^^^^^^^^^^^^", "invalid event attribute");
        Assert.Equal("RETIRED_INSTRUCTIONS:c=2:u", ParseOne("RETIRED_INSTRUCTIONS:c=2:u").Name);
    }

    [Theory]
    [InlineData("amd64::X", true)]
    [InlineData("amd64::X:c=1", true)]
    [InlineData("RETIRED_INSTRUCTIONS", false)]
    [InlineData("sched:sched_switch", false)]
    public void Where_it_is_not_installed_only_its_own_form_names_it(string text, bool isNamed)
    {
        var family = new LibPfmEvents(new LibPfmEncoder("libperfmon-has-no-such-library.so"));
        var context = new ParseContext(Machine);
        var syntax = Assert.Single(EventSyntaxReader.Read(text, out _));
        Assert.False(family.TryRead(syntax, context));
        Assert.Equal(isNamed, family.Explain(syntax, context));
        Assert.Equal(isNamed ? PerfmonReason.NotSupported : null, context.Error?.Reason);
        Assert.Equal(isNamed, context.Error?.Message.Contains("sudo apt install libpfm4", StringComparison.Ordinal) ?? false);
        Assert.False(Assert.Single(family.List(Machine)).IsAvailable);
    }

    [SkippableFact]
    public void May_be_asked_from_several_threads_at_once()
    {
        Skip.IfNot(LibPfmEncoder.Shared.IsAvailable, NotInstalled);
        Parallel.For(0, 2000, i =>
        {
            var name = i % 2 == 0 ? "perf::PAGE-FAULTS" : "perf::CONTEXT-SWITCHES";
            Assert.True(LibPfmEncoder.Shared.TryEncode(name, out var encoding, out _));
            Assert.Equal(i % 2 == 0 ? 2ul : 3ul, encoding.Config);
        });
    }
}
