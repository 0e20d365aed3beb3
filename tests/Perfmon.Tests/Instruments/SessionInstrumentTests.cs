using System.Diagnostics.Metrics;
using Perfmon.Diagnostics;
using Perfmon.Instruments;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Instruments;

/// <summary>What a collector sees of sessions on the running kernel.</summary>
public sealed class SessionInstrumentTests
{
    private const string Calls = "perfmon.syscalls.sys_enter_getppid";

    [SkippableFact]
    public void Every_call_of_a_process_is_there_when_it_is_collected()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = MonitoringSession.Create(Counting.Getppid);
        session.Attach(Target.Process(program.Pid));
        using var instruments = SessionInstruments.Publish(session);
        using var collector = new Collector(instruments);

        // Nothing is known before it has run, which is not 0.
        var before = collector.Collect();
        Assert.DoesNotContain(before, one => one.Name == Calls);
        Assert.Equal("target_idle", before.Of("perfmon.events.not_counted").Tags["perfmon.reason"]);

        session.Start();
        foreach (var (batch, total) in new[] { (1234, 1234), (1, 1235), (8765, 10_000) })
        {
            program.Go($"{batch}");
            Assert.Equal($"done {batch}", program.ReadLine());
            var collected = collector.Collect();
            var counted = collected.Of(Calls);
            Assert.Equal(total, counted.Value);
            Assert.IsType<ObservableCounter<long>>(counted.Instrument);
            Assert.Equal("{call}", counted.Instrument.Unit);
            Assert.Equal(
                new Dictionary<string, object?> { ["perfmon.event"] = Counting.Getppid, ["perfmon.target"] = $"process {program.Pid}", ["process.pid"] = program.Pid },
                counted.Tags);
            Assert.Equal(1, collected.Of("perfmon.events.share_of_time").Value);
            Assert.DoesNotContain(collected, one => one.Name == "perfmon.events.not_counted");
        }

        // Once it has ended the last total stands, for as long as it is published.
        program.End();
        Counting.WaitForEnd(session);
        Assert.Equal(10_000, collector.Collect().Of(Calls).Value);
        instruments.Dispose();
        Assert.Empty(collector.Collect());
        Counting.Exactly(10_000, session.Read()[0].Count);
    }

    [SkippableFact]
    public void Page_faults_of_a_process_have_the_conventions_name()
    {
        Counting.Needs(tracepoints: false);
        using var program = RunningProgram.Start("page_touch", "500", "wait");
        program.WaitUntilAsleep();
        using var session = MonitoringSession.Create("page-faults,page-faults:u,page-faults:k,minor-faults,task-clock");
        session.Attach(Target.Process(program.Pid));
        using var instruments = SessionInstruments.Publish(session, new InstrumentOptions { Tags = [new("shop", "north")] });
        using var collector = new Collector(instruments);
        session.Start();
        program.Go();
        Assert.Equal("faults 500", program.ReadLine());
        var collected = collector.Collect();

        Assert.Equal(("Perfmon", "0.1.0", "https://opentelemetry.io/schemas/1.44.0"), (instruments.Meter.Name, instruments.Meter.Version, instruments.Meter.TelemetrySchemaUrl));
        Assert.Equal([new("shop", "north")], instruments.Meter.Tags);
        var faults = collected.Of("process.paging.faults");
        Assert.Equal((500, "{fault}", "page-faults"), (faults.Value, faults.Instrument.Unit, faults.Tags["perfmon.event"]));
        Assert.DoesNotContain("cpu.mode", faults.Tags.Keys);

        // In one mode alone they are not what the convention means, and minor ones would be there twice.
        Assert.Equal((500, "user"), (collected.Of("perfmon.page_faults", "page-faults:u").Value, collected.Of("perfmon.page_faults", "page-faults:u").Tags["cpu.mode"]));
        Assert.Equal((0, "system"), (collected.Of("perfmon.page_faults", "page-faults:k").Value, collected.Of("perfmon.page_faults", "page-faults:k").Tags["cpu.mode"]));
        Assert.Equal(500, collected.Of("perfmon.minor_faults").Value);
        var clock = collected.Of("perfmon.task_clock");
        session.Stop();
        Assert.IsType<ObservableCounter<double>>(clock.Instrument);
        Assert.Equal("s", clock.Instrument.Unit);
        Assert.InRange(clock.Value, 1e-6, session.Read()["task-clock"].Value / 1e9);
    }

    [SkippableFact]
    public void Minor_and_major_faults_are_the_conventions_two_kinds()
    {
        Counting.Needs(tracepoints: false);
        using var program = RunningProgram.Start("page_touch", "300", "wait");
        program.WaitUntilAsleep();
        using var session = MonitoringSession.Create("minor-faults,major-faults");
        session.Attach(Target.Process(program.Pid));
        using var instruments = SessionInstruments.Publish(session);
        using var collector = new Collector(instruments);
        session.Start();
        program.Go();
        Assert.Equal("faults 300", program.ReadLine());
        var faults = collector.Collect().Where(one => one.Name == "process.paging.faults").ToDictionary(one => $"{one.Tags["system.paging.fault.type"]}", one => one.Value);
        Assert.Equal(new Dictionary<string, double> { ["minor"] = 300, ["major"] = 0 }, faults);
    }

    [Fact]
    public void What_is_not_counted_has_a_reason_and_no_count()
    {
        using var session = MonitoringSession.Create("context-switches:u,task-clock");
        session.Attach(Target.CallingThread);
        using var instruments = SessionInstruments.Publish(session);
        using var collector = new Collector(instruments);
        session.Start();
        var collected = collector.Collect();
        session.Stop();
        Assert.DoesNotContain(collected, one => one.Name == "perfmon.context_switches");
        var absent = collected.Of("perfmon.events.not_counted");
        Assert.Equal((1, "{event}", "context-switches:u"), (absent.Value, absent.Instrument.Unit, absent.Tags["perfmon.event"]));
        Assert.Equal("never_happens", absent.Tags["perfmon.reason"]);
        Assert.Contains("happen in kernel mode only", $"{absent.Tags["perfmon.detail"]}", StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId, collected.Of("perfmon.task_clock").Tags["process.pid"]);
        Assert.Equal("the calling thread", absent.Tags["perfmon.target"]);
    }

    [SkippableFact]
    public void An_event_that_the_machine_lacks_is_told_of()
    {
        var cycles = Perfmon.Events.EventParser.ParseOrThrow("cycles", Perfmon.Host.HostDescription.Current);
        using var session = MonitoringSession.Create([.. cycles, .. Perfmon.Events.EventParser.ParseOrThrow("page-faults", Perfmon.Host.HostDescription.Current)], new SessionOptions { UnsupportedEvents = UnsupportedEvents.Skip });
        session.Attach(Target.CallingThread);
        Skip.If(session.Read()[0].Refusal is null, "this machine has a hardware PMU. Run on one without");
        using var instruments = SessionInstruments.Publish(session);
        using var collector = new Collector(instruments);
        session.Start();
        var absent = collector.Collect().Of("perfmon.events.not_counted");
        session.Stop();
        Assert.Equal(("cycles", "not_supported"), (absent.Tags["perfmon.event"], absent.Tags["perfmon.reason"]));
        Assert.DoesNotContain('\n', $"{absent.Tags["perfmon.detail"]}");
    }

    [SkippableFact]
    public void One_name_given_to_two_events_and_one_event_given_twice_are_told_apart()
    {
        Counting.Needs(programs: false);
        using var session = MonitoringSession.Create($"page-faults,page-faults,{Counting.Settime}");
        session.Attach(Target.CallingThread);
        using var instruments = SessionInstruments.Publish(session);
        using var collector = new Collector(instruments);
        session.Start();
        Counting.CallSettime(17);
        session.Stop();
        var collected = collector.Collect();
        Assert.Equal((double)session.Read()[0].Count.Value, collected.Of("perfmon.page_faults").Value);
        Assert.Equal(17, collected.Of("perfmon.syscalls.sys_enter_timerfd_settime").Value);
    }

    [Fact]
    public void A_session_that_is_not_attached_is_not_published()
    {
        using var session = MonitoringSession.Create("page-faults");
        var refusal = Assert.Throws<PerfmonException>(() => SessionInstruments.Publish(session));
        Assert.Equal(PerfmonReason.InvalidRequest, refusal.Reason);
        Assert.Equal(3, refusal.Message.Split('\n').Length);
    }

    [SkippableFact]
    public void Nothing_is_told_of_a_disposed_session_nor_of_another_target()
    {
        using var sleeper = RunningProgram.Start("sleeper");
        var session = MonitoringSession.Create("task-clock");
        session.Attach(Target.CallingThread);
        using var instruments = SessionInstruments.Publish(session);
        using var collector = new Collector(instruments);
        session.Start();
        Assert.NotEmpty(collector.Collect());
        session.Detach();
        Assert.NotEmpty(collector.Collect());
        session.Attach(Target.Process(sleeper.Pid));
        Assert.Empty(collector.Collect());

        using var anew = SessionInstruments.Publish(session);
        using var second = new Collector(anew);
        Assert.Equal(sleeper.Pid, second.Collect().Of("perfmon.task_clock").Tags["process.pid"]);
        session.Dispose();
        Assert.Empty(second.Collect());
        Assert.Throws<ObjectDisposedException>(() => SessionInstruments.Publish(session));
    }
}
