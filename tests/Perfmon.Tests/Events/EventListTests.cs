using Perfmon.Registers;

namespace Perfmon.Tests.Events;

/// <summary>Lists, groups and modifiers, whatever the events are.</summary>
public sealed class EventListTests(ServerMachine machine) : EventTestBase(machine), IClassFixture<ServerMachine>
{
    [Theory]
    [InlineData("cycles", "cycles", "cycles", "-1")]
    [InlineData("cs,cycles", "cs cycles", "cs cycles", "-1 -1")]
    [InlineData(" cs ,\tcycles ", "cs cycles", "cs cycles", "-1 -1")]
    [InlineData("{cs,cycles}", "cs cycles", "cs cycles", "0 0")]
    [InlineData("cs,{cycles,faults},{cs}", "cs cycles faults cs", "cs cycles faults cs", "-1 0 0 1")]
    [InlineData("{ cs , cycles:p }:u , cs", "cs:u cycles:p:u cs", "cs cycles:p cs", "0 0 -1")]
    [InlineData("{cs:period=5,cycles:u}:k:period=7", "cs:period=5:k cycles:u:k:period=7", "cs:period=5 cycles:u", "0 0")]
    [InlineData("cpu/event=1,umask=2/,cs", "cpu/event=1,umask=2/ cs", "cpu/event=1,umask=2/ cs", "-1 -1")]
    [InlineData("{cpu/event=1,umask=2/u,cs}", "cpu/event=1,umask=2/:u cs", "cpu/event=1,umask=2/u cs", "0 0")]
    [InlineData("mem:0x10/8:w,cs", "mem:0x10/8:w cs", "mem:0x10/8:w cs", "-1 -1")]
    [InlineData("uprobe/path=/bin/x,offset=1/,cs", "uprobe/path=/bin/x,offset=1/ cs", "uprobe/path=/bin/x,offset=1/ cs", "-1 -1")]
    public void Splits(string text, string names, string sources, string groups)
    {
        var events = Parse(text);
        Assert.Equal(names, string.Join(' ', events.Select(one => one.Name)));
        Assert.Equal(sources, string.Join(' ', events.Select(one => text.Substring(one.Start, one.Length))));
        Assert.Equal(groups, string.Join(' ', events.Select(one => one.Group)));
    }

    [Theory]
    [InlineData("cycles", Exclusions.None, 0, false)]
    [InlineData("cycles:u", Exclusions.Kernel | Exclusions.Hypervisor, 0, true)]
    [InlineData("cycles:k", Exclusions.User | Exclusions.Hypervisor, 0, true)]
    [InlineData("cycles:h", Exclusions.User | Exclusions.Kernel, 0, true)]
    [InlineData("cycles:uk", Exclusions.Hypervisor, 0, true)]
    [InlineData("cycles:u:k", Exclusions.Hypervisor, 0, true)]
    [InlineData("cycles:hku", Exclusions.None, 0, true)]
    [InlineData("cycles:G", Exclusions.Host, 0, false)]
    [InlineData("cycles:H", Exclusions.Guest, 0, false)]
    [InlineData("cycles:GH", Exclusions.None, 0, false)]
    [InlineData("cycles:uG", Exclusions.Kernel | Exclusions.Hypervisor | Exclusions.Host, 0, true)]
    [InlineData("cycles:p", Exclusions.None, 1, false)]
    [InlineData("cycles:upp", Exclusions.Kernel | Exclusions.Hypervisor, 2, true)]
    [InlineData("cycles:pp:p", Exclusions.None, 3, false)]
    [InlineData("{cycles:u}:k", Exclusions.Hypervisor, 0, true)]
    [InlineData("{cycles}:kpp", Exclusions.User | Exclusions.Hypervisor, 2, true)]
    [InlineData("cpu/cycles/ku", Exclusions.Hypervisor, 0, true)]
    [InlineData("cpu/cycles/:ku", Exclusions.Hypervisor, 0, true)]
    [InlineData("r1a8:ku", Exclusions.Hypervisor, 0, true)]
    [InlineData("LLC-loads:ku", Exclusions.Hypervisor, 0, true)]
    public void Modifiers_leave_out(string text, Exclusions exclude, byte precise, bool isExplicit)
    {
        var request = ParseOne(text);
        Assert.Equal((exclude, precise), (request.Selection.Exclude, request.Selection.PreciseIp));
        Assert.Equal(isExplicit, request.HasExplicitPrivileges);
        Assert.Equal(string.Concat(text.Split('{', '}')).Replace("/ku", "/:ku", StringComparison.Ordinal), request.Name);
    }

    [Theory]
    [InlineData("cs", null)]
    [InlineData("cs:period=1000", 1000ul)]
    [InlineData("cs:u:period=0x10", 16ul)]
    [InlineData("cs:period=9223372036854775807", 9223372036854775807ul)]
    [InlineData("{cs}:period=7", 7ul)]
    [InlineData("{cs:period=3}:period=7", 3ul)]
    [InlineData("cpu/event=1,period=12/", 12ul)]
    [InlineData("cpu/event=1,period=12/:period=13", 13ul)]
    public void Periods(string text, ulong? period) => Assert.Equal(period, ParseOne(text).Period);

    [Theory]
    [InlineData(",", "^", "name is missing")]
    [InlineData(" ", "^", "name is missing")]
    [InlineData("cs,", "  ^", "name is missing")]
    [InlineData("cs,,cs", "   ^", "name is missing")]
    [InlineData("{}", " ^", "name is missing")]
    [InlineData("}", "^", "name is missing")]
    [InlineData(":u", "^", "name is missing")]
    [InlineData("/u/", "^", "name is missing")]
    [InlineData("{cs", "^", "no closing '}'")]
    [InlineData("{cs,cycles", "^", "no closing '}'")]
    [InlineData("cs}", "  ^", "'}' does not belong here")]
    [InlineData("cs{cs}", "  ^", "'{' does not belong here")]
    [InlineData("{cs}cs", "    ^", "'c' does not belong here")]
    [InlineData("{cs,{cs}}", "    ^", "groups do not nest")]
    [InlineData("{cs}:x", "     ^", "'x' is no modifier of a group")]
    [InlineData("cs:", "  ^", "nothing follows the colon")]
    [InlineData("cs:u:,cs", "    ^", "nothing follows the colon")]
    [InlineData("cs:x", "   ^", "'x' is no modifier of 'cs'")]
    [InlineData("cs:u:kx", "     ^^", "'kx' is no modifier of 'cs'")]
    [InlineData("cs:S,cs", "   ^", "the modifiers are u, k, h, G, H, p, pp, ppp and period=N")]
    [InlineData("cycles:pppp", "       ^^^^", "precision goes up to ppp")]
    [InlineData("{cycles:pp}:pp", "            ^^", "precision goes up to ppp")]
    [InlineData("cs:period=0", "   ^^^^^^^^", "a period is a number from 1")]
    [InlineData("cs:period=", "   ^^^^^^^", "a period is a number from 1")]
    [InlineData("cs:period=9223372036854775808", "   ^^^^^^^^^^^^^^^^^^^^^^^^^^", "a period is a number from 1")]
    [InlineData("cs:period=-1", "   ^^^^^^^^^", "a period is a number from 1")]
    [InlineData("cs:period=1:period=1", "            ^^^^^^^^", "given twice")]
    [InlineData("cpu/event=1", "   ^", "no closing '/'")]
    [InlineData("cpu/event=1,cs", "   ^", "no closing '/'")]
    [InlineData("cpu/event=1/x", "            ^", "'x' is no modifier")]
    [InlineData("cpu/event=1/:u:y", "               ^", "'y' is no modifier")]
    [InlineData("cpu/event=1,/", "            ^", "a term is missing here")]
    [InlineData("cpu/,event=1/", "    ^", "a term is missing here")]
    [InlineData("cpu/=1/", "    ^", "a term is missing here")]
    [InlineData("cpu/name='x/", "         ^", "quote is not closed")]
    [InlineData("cpu/name='x'y/", "            ^", "a comma or a slash follows")]
    [InlineData("nonsense", "^^^^^^^^", "unknown event 'nonsense'")]
    [InlineData("cs,no sense", "   ^^^^^^^^", "unknown event 'no sense'")]
    public void Refuses(string text, string carets, string message) => Refuse(text, carets, message);

    [Theory]
    [InlineData("cs:G", "   ^", "the kernel ignores guest and host there and counts the host alone")]
    [InlineData("cs:H", "   ^", "'H' does not work for software events")]
    [InlineData("{cycles,cs}:uG", "             ^", "'G' does not work for software events")]
    [InlineData("cs:up", "    ^", "'p' does not work for software events")]
    [InlineData("sched:sched_switch:G", "                   ^", "'G' does not work for tracepoints")]
    [InlineData("mem:16:rw:G", "          ^", "'G' does not work for breakpoints")]
    [InlineData("kprobe/func=f/G", "              ^", "'G' does not work for probes")]
    [InlineData("msr/tsc/G", "        ^", "the PMU msr: it counts whatever runs and can leave nothing out")]
    [InlineData("msr/tsc/:u", "         ^", "the PMU msr: it counts whatever runs and can leave nothing out")]
    [InlineData("power/energy-pkg/k", "                 ^", "the PMU power")]
    public void Refuses_modifiers_that_would_do_nothing(string text, string carets, string message)
    {
        var error = Refuse(text, carets, message);
        Assert.Equal(Perfmon.Diagnostics.PerfmonReason.NotSupported, error.Reason);
    }
}
