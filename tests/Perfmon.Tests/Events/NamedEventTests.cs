using Perfmon.Events;
using Perfmon.Registers;

namespace Perfmon.Tests.Events;

/// <summary>The kernel's own names, raw events and breakpoints.</summary>
public sealed class NamedEventTests(ServerMachine machine) : EventTestBase(machine), IClassFixture<ServerMachine>
{
    [Theory]
    [InlineData("cpu-clock", 0)]
    [InlineData("task-clock", 1)]
    [InlineData("page-faults", 2)]
    [InlineData("faults", 2)]
    [InlineData("Page-Faults", 2)]
    [InlineData("context-switches", 3)]
    [InlineData("cs", 3)]
    [InlineData("cpu-migrations", 4)]
    [InlineData("migrations", 4)]
    [InlineData("minor-faults", 5)]
    [InlineData("major-faults", 6)]
    [InlineData("alignment-faults", 7)]
    [InlineData("emulation-faults", 8)]
    [InlineData("dummy", 9)]
    [InlineData("bpf-output", 10)]
    [InlineData("cgroup-switches", 11)]
    public void Software(string name, ulong config) => Is(name, "software", new() { Type = EventType.Software, Config = config });

    [Theory]
    [InlineData("cycles", 0)]
    [InlineData("cpu-cycles", 0)]
    [InlineData("instructions", 1)]
    [InlineData("cache-references", 2)]
    [InlineData("cache-misses", 3)]
    [InlineData("branches", 4)]
    [InlineData("branch-instructions", 4)]
    [InlineData("branch-misses", 5)]
    [InlineData("bus-cycles", 6)]
    [InlineData("stalled-cycles-frontend", 7)]
    [InlineData("idle-cycles-frontend", 7)]
    [InlineData("stalled-cycles-backend", 8)]
    [InlineData("idle-cycles-backend", 8)]
    [InlineData("ref-cycles", 9)]
    public void Hardware(string name, ulong config) => Is(name, "cpu", new() { Type = EventType.Hardware, Config = config });

    [Theory]
    [InlineData("L1-dcache-loads", 0x00000)]
    [InlineData("L1-dcache-load-misses", 0x10000)]
    [InlineData("L1-dcache-stores", 0x00100)]
    [InlineData("L1-dcache-prefetch-misses", 0x10200)]
    [InlineData("L1-icache-loads", 0x00001)]
    [InlineData("LLC-store-misses", 0x10102)]
    [InlineData("dTLB-prefetches", 0x00203)]
    [InlineData("iTLB-load-misses", 0x10004)]
    [InlineData("branch-loads", 0x00005)]
    [InlineData("node-prefetch-misses", 0x10206)]
    public void Cache(string name, ulong config) => Is(name, "cpu", new() { Type = EventType.HardwareCache, Config = config });

    [Theory]
    [InlineData("r0", 0ul)]
    [InlineData("r1a8", 0x1a8ul)]
    [InlineData("r01C2", 0x1c2ul)]
    [InlineData("rffffffffffffffff", ulong.MaxValue)]
    public void Raw(string name, ulong config) => Is(name, "cpu", new() { Type = EventType.Raw, Config = config });

    [Theory]
    [InlineData("mem:0x1000", 0x1000ul, 4ul, BreakpointAccess.Read | BreakpointAccess.Write)]
    [InlineData("mem:4096/1", 0x1000ul, 1ul, BreakpointAccess.Read | BreakpointAccess.Write)]
    [InlineData("mem:0x1000/8:w", 0x1000ul, 8ul, BreakpointAccess.Write)]
    [InlineData("mem:0x1000:r", 0x1000ul, 4ul, BreakpointAccess.Read)]
    [InlineData("mem:0x1000/2:wr", 0x1000ul, 2ul, BreakpointAccess.Read | BreakpointAccess.Write)]
    [InlineData("mem:0xffffffff81000000:x", 0xffffffff81000000ul, 8ul, BreakpointAccess.Execute)]
    [InlineData("mem:0x1000/4:x", 0x1000ul, 4ul, BreakpointAccess.Execute)]
    public void Breakpoint(string name, ulong address, ulong length, BreakpointAccess access) =>
        Is(name, "breakpoint", new() { Type = EventType.Breakpoint, Config1 = address, Config2 = length, Breakpoint = access });

    [Fact]
    public void Breakpoints_take_modifiers()
    {
        var request = ParseOne("mem:0x1000/8:rw:u:period=5");
        Assert.Equal(Exclusions.Kernel | Exclusions.Hypervisor, request.Selection.Exclude);
        Assert.Equal(5ul, request.Period);
        Assert.Equal(Exclusions.Kernel | Exclusions.Hypervisor, ParseOne("mem:0x1000:u").Selection.Exclude);
    }

    [Theory]
    [InlineData("page-fault", "^^^^^^^^^^", "page-faults")]
    [InlineData("instrucitons:u", "^^^^^^^^^^^^", "instructions")]
    [InlineData("cs,L1-dcache-lods", "   ^^^^^^^^^^^^^^", "L1-dcache-loads")]
    [InlineData("cylces", "^^^^^^", "cycles")]
    [InlineData("iTLB-stores", "^^^^^^^^^^^", "dTLB-stores")]
    [InlineData("qqqqqqqqqqqqqqqq", "^^^^^^^^^^^^^^^^", null)]
    [InlineData("rfffffffffffffffff", "^^^^^^^^^^^^^^^^^^", null)]
    [InlineData("rxyz", "^^^^", null)]
    [InlineData("tsc", "^^^", "msr/tsc/")]
    public void Unknown_names_are_refused_with_the_nearest(string text, string carets, string? suggestion)
    {
        var error = Refuse(text, carets, "'");
        Assert.Equal(suggestion, error.Suggestion);
        Assert.Equal(Perfmon.Diagnostics.PerfmonReason.UnknownEvent, error.Reason);
    }

    [Theory]
    [InlineData("mem", "^^^", "an address is missing")]
    [InlineData("mem:u", "^^^", "an address is missing")]
    [InlineData("mem:xyz", "    ^^^", "'xyz' is no address")]
    [InlineData("mem:0x", "    ^^", "'0x' is no address")]
    [InlineData("mem:-1", "    ^^", "'-1' is no address")]
    [InlineData("mem:0x10000000000000000", "    ^^^^^^^^^^^^^^^^^^^", "is no address")]
    [InlineData("mem:/4", "    ^", "is no address")]
    [InlineData("mem:16/", "      ^", "1, 2, 4 or 8 bytes")]
    [InlineData("mem:16/3:w", "       ^", "1, 2, 4 or 8 bytes")]
    [InlineData("mem:16/4/4:w", "       ^^^", "1, 2, 4 or 8 bytes")]
    [InlineData("mem:16:rr", "       ^^", "'rr' is no access")]
    [InlineData("mem:16:rwx", "       ^^^", "x alone")]
    [InlineData("mem:16:a", "       ^", "'a' is no access")]
    [InlineData("mem:16:w:x", "         ^", "'x' is no modifier of a breakpoint")]
    public void Refuses_breakpoints(string text, string carets, string message) => Refuse(text, carets, message);

    [Theory]
    [InlineData("context-switches:u", true)]
    [InlineData("cs:h", true)]
    [InlineData("cs:uk", false)]
    [InlineData("cpu-migrations:u", true)]
    [InlineData("cgroup-switches:u", true)]
    [InlineData("page-faults:u", false)]
    [InlineData("page-faults", false)]
    [InlineData("task-clock:u", true)]
    [InlineData("task-clock", false)]
    [InlineData("sched:sched_switch:u", true)]
    [InlineData("sched:sched_switch:k", false)]
    [InlineData("syscalls:sys_enter_read:u", false)]
    [InlineData("kprobe/func=f/:u", true)]
    public void Says_when_a_modifier_does_not_do_what_it_seems_to(string text, bool hasNote) =>
        Assert.Equal(hasNote, (ParseOne(text).Note ?? ParseOne(text).Futility) is not null);

    [Fact]
    public void Clocks_count_nanoseconds()
    {
        Assert.Equal("ns", ParseOne("task-clock").Unit);
        Assert.Equal("ns", ParseOne("cpu-clock").Unit);
        Assert.Null(ParseOne("page-faults").Unit);
    }

    private void Is(string name, string pmu, EventSelection selection)
    {
        var request = ParseOne(name);
        Assert.Equal(selection, request.Selection);
        Assert.Equal(
            new EventRequest
            {
                Name = name,
                Pmu = pmu,
                Selection = selection,
                Length = name.Length,
                Unit = request.Unit,
            },
            request);
    }
}
