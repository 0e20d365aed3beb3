using Perfmon.Host;

namespace Perfmon.Tests.Host;

public sealed class TraceFsTests : IDisposable
{
    private const string Events = "sys/kernel/tracing/events";

    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Is_not_mounted_where_its_folder_is_missing_or_empty(bool exists)
    {
        if (exists)
        {
            _host.Folder("sys/kernel/tracing");
        }

        var trace = TraceFs.Find(_host.Roots);
        Assert.False(trace.IsMounted);
        Assert.Null(trace.Path);
        Assert.False(trace.TryGetTracepointId("sched", "sched_switch", out _, out var problem));
        Assert.Equal(TraceFsProblem.NotMounted, problem);
        Assert.Empty(trace.Systems());
        Assert.Empty(trace.Events("sched"));
    }

    [Fact]
    public void Is_found_where_older_kernels_have_it()
    {
        _host.Folder("sys/kernel/tracing").File("sys/kernel/debug/tracing/events/sched/sched_switch/id", "316");
        var trace = TraceFs.Find(_host.Roots);
        Assert.Equal(_host.PathOf("sys/kernel/debug/tracing"), trace.Path);
        Assert.True(trace.TryGetTracepointId("sched", "sched_switch", out var id, out _));
        Assert.Equal(316, id);
    }

    [Fact]
    public void Lists_systems_and_the_events_that_perf_can_open()
    {
        _host.File($"{Events}/header_page", "").File($"{Events}/sched/enable", "0").File($"{Events}/sched/sched_wakeup/id", "2")
            .File($"{Events}/sched/sched_switch/id", "1").File($"{Events}/ftrace/bprint/format", "");
        var trace = TraceFs.Find(_host.Roots);
        Assert.Equal(["ftrace", "sched"], trace.Systems());
        Assert.Equal(["sched_switch", "sched_wakeup"], trace.Events("sched"));
        Assert.Empty(trace.Events("ftrace"));
        Assert.Empty(trace.Events("nothing"));
    }

    [Theory]
    [InlineData("sched", "sched_switch", TraceFsProblem.None)]
    [InlineData("shed", "sched_switch", TraceFsProblem.NoSuchSystem)]
    [InlineData("header_page", "sched_switch", TraceFsProblem.NoSuchSystem)]
    [InlineData("sched", "switch", TraceFsProblem.NoSuchEvent)]
    [InlineData("sched", "enable", TraceFsProblem.NoSuchEvent)]
    [InlineData("sched", "without_id", TraceFsProblem.NoSuchEvent)]
    [InlineData("sched", "malformed", TraceFsProblem.Malformed)]
    [InlineData("sched", "negative", TraceFsProblem.Malformed)]
    [InlineData("sched", "huge", TraceFsProblem.Malformed)]
    [InlineData("sched", "empty", TraceFsProblem.Malformed)]
    [InlineData("sched", "closed", TraceFsProblem.NotReadable)]
    [InlineData("", "sched_switch", TraceFsProblem.NoSuchSystem)]
    [InlineData(".", "sched", TraceFsProblem.NoSuchSystem)]
    [InlineData("..", "events", TraceFsProblem.NoSuchSystem)]
    [InlineData("../events/sched", "sched_switch", TraceFsProblem.NoSuchSystem)]
    [InlineData("sched/sched_switch", "..", TraceFsProblem.NoSuchSystem)]
    [InlineData("/etc", "passwd", TraceFsProblem.NoSuchSystem)]
    [InlineData("sched", "", TraceFsProblem.NoSuchEvent)]
    [InlineData("sched", "..", TraceFsProblem.NoSuchEvent)]
    [InlineData("sched", "../../outside", TraceFsProblem.NoSuchEvent)]
    [InlineData("sched", "sched_switch\0", TraceFsProblem.NoSuchEvent)]
    public void Says_why_a_tracepoint_has_no_id(string system, string name, TraceFsProblem expected)
    {
        _host.File($"{Events}/header_page", "").File($"{Events}/sched/enable", "0").File($"{Events}/sched/sched_switch/id", "316")
            .File($"{Events}/sched/malformed/id", "31x").File($"{Events}/sched/negative/id", "-4")
            .File($"{Events}/sched/huge/id", "99999999999").File($"{Events}/sched/empty/id", "").Folder($"{Events}/sched/without_id")
            .Folder($"{Events}/sched/closed/id").File("sys/kernel/tracing/outside/id", "1").File($"{Events}/id", "2");
        var found = TraceFs.Find(_host.Roots).TryGetTracepointId(system, name, out var id, out var problem);
        Assert.Equal(expected, problem);
        Assert.Equal(expected == TraceFsProblem.None, found);
        Assert.Equal(found ? 316 : 0, id);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("sched/..")]
    public void Lists_nothing_outside_its_folder(string system)
    {
        _host.File("sys/kernel/tracing/events/id", "1").File($"{Events}/sched/sched_switch/id", "316");
        Assert.Empty(TraceFs.Find(_host.Roots).Events(system));
    }

    [Fact]
    public void A_very_long_name_is_no_event()
    {
        _host.File($"{Events}/sched/sched_switch/id", "316");
        Assert.False(TraceFs.Find(_host.Roots).TryGetTracepointId("sched", new string('x', 100_000), out _, out var problem));
        Assert.Equal(TraceFsProblem.NoSuchEvent, problem);
    }
}
