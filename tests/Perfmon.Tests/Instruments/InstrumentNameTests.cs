using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Instruments;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Instruments;

/// <summary>Names and units by OpenTelemetry's rules.</summary>
public sealed class InstrumentNameTests
{
    [Theory]
    [InlineData("page-faults", "perfmon.page_faults", "{fault}", 1)]
    [InlineData("faults:u", "perfmon.page_faults", "{fault}", 1)]
    [InlineData("context-switches", "perfmon.context_switches", "{context_switch}", 1)]
    [InlineData("cpu-migrations", "perfmon.cpu_migrations", "{migration}", 1)]
    [InlineData("task-clock:u", "perfmon.task_clock", "s", 1e-9)]
    [InlineData("cycles", "perfmon.cpu_cycles", "{cycle}", 1)]
    [InlineData("instructions:k", "perfmon.instructions", "{instruction}", 1)]
    [InlineData("branches", "perfmon.branch_instructions", "{branch}", 1)]
    [InlineData("branch-misses", "perfmon.branch_misses", "{miss}", 1)]
    [InlineData("stalled-cycles-frontend", "perfmon.stalled_cycles_frontend", "{cycle}", 1)]
    [InlineData("LLC-load-misses:u", "perfmon.llc_load_misses", "{miss}", 1)]
    [InlineData("L1-dcache-loads", "perfmon.l1_dcache_loads", "{load}", 1)]
    [InlineData("mem:0x601040/4:w:u", "perfmon.mem.0x601040.4.w", "{event}", 1)]
    [InlineData("r1a8", "perfmon.r1a8", "{event}", 1)]
    public void An_event_has_the_name_and_unit(string text, string name, string unit, double scale)
    {
        var request = EventParser.ParseOrThrow(text, HostDescription.Current)[0];
        Assert.Equal(name, InstrumentName.Own("", InstrumentName.Full(request)));
        Assert.Equal(new UcumUnit(unit, scale), UcumUnit.Of(request, InstrumentName.Plain(request).Name));
    }

    [SkippableFact]
    public void A_tracepoint_is_a_name_in_its_systems_namespace()
    {
        Requires.TraceFs();
        var request = EventParser.ParseOrThrow($"{Counting.Getppid}:u", HostDescription.Current)[0];
        Assert.Equal("perfmon.syscalls.sys_enter_getppid", InstrumentName.Own("", InstrumentName.Full(request)));
        Assert.Equal("{call}", UcumUnit.Of(request, InstrumentName.Plain(request).Name).Code);
    }

    [Theory]
    [InlineData("Joules", 2.3e-10, "J", 2.3e-10)]
    [InlineData("MiB", 0.5, "By", 524_288)]
    [InlineData("Weird unit {x}", 1, "{Weird_unit__x_}", 1)]
    public void A_unit_of_the_kernel_is_one_of_UCUM(string unit, double scale, string code, double inAll)
    {
        var request = EventParser.ParseOrThrow("dummy", HostDescription.Current)[0] with { Unit = unit, Scale = scale };
        Assert.Equal(new UcumUnit(code, inAll), UcumUnit.Of(request, "dummy"));
    }

    [Theory]
    [InlineData("cpu/event=0x3c,umask=1/", "perfmon.cpu.event_0x3c_umask_1")]
    [InlineData("::--__x", "perfmon.x")]
    [InlineData("größe", "perfmon.gr_e")]
    [InlineData("a--b::c//", "perfmon.a_b.c")]
    public void Other_letters_than_OpenTelemetry_allows_do_not_get_through(string name, string expected) =>
        Assert.Equal(expected, InstrumentName.Own("", name));

    [Fact]
    public void A_name_is_no_longer_than_OpenTelemetry_allows() =>
        Assert.Equal(255, InstrumentName.Own("", new string('x', 1000)).Length);

    [SkippableTheory]
    [InlineData("page-faults", "process.paging.faults", null)]
    [InlineData("minor-faults", "process.paging.faults", "minor")]
    [InlineData("major-faults", "process.paging.faults", "major")]
    [InlineData("page-faults:u", null, null)]
    [InlineData("task-clock", null, null)]
    [InlineData("context-switches", null, null)]
    public void Conventions_name_what_is_exactly_theirs(string text, string? name, string? type)
    {
        using var sleeper = RunningProgram.Start("sleeper");
        using var session = MonitoringSession.Create(text);
        session.Attach(Target.Process(sleeper.Pid));
        var convention = InstrumentName.ConventionOf(session.Events[0], session);
        Assert.Equal((name, type), (convention?.Name, convention?.Tag?.Value));
    }

    [SkippableFact]
    public void A_thread_is_no_process_and_the_host_is_all_CPUs()
    {
        Assert.Null(Of(Target.CallingThread));
        Requires.Root();
        Assert.Null(Of(Target.Cpu(0)));
        Assert.Equal("system.paging.faults", Of(Target.AllCpus));
        using var sleeper = RunningProgram.Start("sleeper");
        Assert.Null(Of(Target.Process(sleeper.Pid), Following.Nothing));
        Assert.Equal("process.paging.faults", Of(Target.Process(sleeper.Pid), Following.Threads));

        static string? Of(Target target, Following following = Following.ThreadsAndProcesses)
        {
            using var session = MonitoringSession.Create("page-faults", new SessionOptions { Following = following });
            session.Attach(target);
            return InstrumentName.ConventionOf(session.Events[0], session)?.Name;
        }
    }
}
