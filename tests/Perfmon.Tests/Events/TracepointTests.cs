using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Registers;
using Perfmon.Tests.Host;

namespace Perfmon.Tests.Events;

public sealed class TracepointTests(VirtualMachine machine) : EventTestBase(machine), IClassFixture<VirtualMachine>
{
    [Fact]
    public void Is_its_id()
    {
        var request = ParseOne("sched:sched_switch:period=7");
        Assert.Equal(new EventSelection { Type = EventType.Tracepoint, Config = 316 }, request.Selection);
        Assert.Equal(("sched:sched_switch:period=7", "tracepoint", 7ul), (request.Name, request.Pmu, request.Period));
    }

    [Theory]
    [InlineData("syscalls:*", "syscalls:sys_enter_read syscalls:sys_enter_write syscalls:sys_exit_read")]
    [InlineData("syscalls:sys_enter_*:u", "syscalls:sys_enter_read:u syscalls:sys_enter_write:u")]
    [InlineData("s*:*w*", "sched:sched_switch sched:sched_wakeup syscalls:sys_enter_write")]
    [InlineData("sched:sched_?akeup", "sched:sched_wakeup")]
    [InlineData("{cs,syscalls:*_read}", "cs syscalls:sys_enter_read syscalls:sys_exit_read")]
    public void A_pattern_is_all_that_match_in_order(string text, string names)
    {
        var events = Parse(text);
        Assert.Equal(names, string.Join(' ', events.Select(one => one.Name)));
        Assert.Equal(events.Count, events.Select(one => one.Selection.Config + (one.Selection.Type * 1000)).Distinct().Count());
    }

    [Theory]
    [InlineData("sched:sched_swich", "      ^^^^^^^^^^^", "the tracepoint system 'sched' has no event 'sched_swich'", "sched_switch")]
    [InlineData("shed:sched_switch", "^^^^", "there is no tracepoint system 'shed'", "sched")]
    [InlineData("cs,sched:zzz", "         ^^^", "has no event 'zzz'", null)]
    [InlineData("sched:zzz*", "^^^^^^^^^^", "no tracepoint matches 'sched:zzz*'", null)]
    [InlineData("zzz*:*:u", "^^^^^^", "no tracepoint matches 'zzz*:*'", null)]
    [InlineData("ftrace:*", "^^^^^^^^", "no tracepoint matches", null)]
    [InlineData("sched:../sched/sched_switch", "      ^^^^^^^^^^^^^^^^^^^^^", "has no event", null)]
    [InlineData("..:sched", "^^", "there is no tracepoint system '..'", null)]
    [InlineData("sched:.", "      ^", "has no event '.'", null)]
    [InlineData("sched:sched\0", "      ^^^^^^", "has no event", null)]
    [InlineData("sched:sched_switch:x", "^^^^^", "unknown event 'sched'", null)]
    public void Refuses(string text, string carets, string message, string? suggestion)
    {
        var error = Refuse(text, carets, message);
        Assert.Equal(suggestion, error.Suggestion);
        Assert.Equal(PerfmonReason.UnknownEvent, error.Reason);
    }

    [Theory]
    [InlineData("sched:sched_switch")]
    [InlineData("sched:*")]
    public void Says_how_to_mount_tracefs(string text)
    {
        using var bare = new FakeHost();
        var error = EventParser.Parse(text, bare.Read()).Error!;
        Assert.Contains($"sudo mount -t tracefs tracefs {bare.PathOf("sys/kernel/tracing")}", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, text.Length, PerfmonReason.NotSupported), (error.Position, error.Length, error.Reason));
    }

    /// <summary>With mode=755 everybody may list tracefs, but only root and its group read an id. Here not even root can.</summary>
    [Theory]
    [InlineData("cs,sched:closed")]
    [InlineData("cs,sched:*")]
    public void Says_how_to_be_allowed_to_read_ids(string text)
    {
        using var files = new FakeHost();
        files.Folder($"{EventMachines.TraceEvents}/sched/closed");
        File.CreateSymbolicLink(files.PathOf($"{EventMachines.TraceEvents}/sched/closed/id"), "/proc/self/mem");
        var error = EventParser.Parse(text, files.Read()).Error!;
        var place = files.PathOf("sys/kernel/tracing");
        Assert.Contains($"run as root, or sudo mount -o remount,mode=750,gid=$(id -g) {place}", error.Message, StringComparison.Ordinal);
        Assert.Equal((3, text.Length - 3, PerfmonReason.NotPermitted), (error.Position, error.Length, error.Reason));
    }

    [Fact]
    public void An_id_that_is_no_number_is_nobodys_fault()
    {
        using var files = new FakeHost().File($"{EventMachines.TraceEvents}/sched/broken/id", "x");
        Assert.Equal(PerfmonReason.Unexpected, EventParser.Parse("sched:broken", files.Read()).Error!.Reason);
    }
}
