using Perfmon.Host;
using Perfmon.Events;
using Perfmon.Instruments;
using Perfmon.Metrics;
using Perfmon.Native;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Instruments;

/// <summary>How a session is read for its collectors, on events that count what the test says.</summary>
public sealed class CollectionTests
{
    private readonly ScriptedKernel _kernel = ScriptedKernel.Fake();
    private readonly StoppedClock _clock = new();

    [Fact]
    public void A_collection_of_all_instruments_reads_once()
    {
        using var session = Session("page-faults,context-switches,cpu-migrations,alignment-faults,task-clock");
        using var instruments = SessionInstruments.Publish(session, null, _clock);
        using var collector = new Collector(instruments);
        using var other = new Collector(instruments);
        _kernel.Events.Happen(7);
        for (var collection = 0; collection < 3; collection++)
        {
            var before = _kernel.Calls(KernelCall.Read);
            Assert.Equal(5, collector.Collect().Count(one => one.Name is not "perfmon.events.share_of_time" && one.Value > 0));
            Assert.Equal(1, _kernel.Calls(KernelCall.Read) - before);
            Assert.NotEmpty(other.Collect());
            Assert.Equal(2, _kernel.Calls(KernelCall.Read) - before);
        }
    }

    [Fact]
    public void A_reading_does_not_serve_a_later_collection_of_other_instruments()
    {
        using var session = Session("page-faults,context-switches");
        using var instruments = SessionInstruments.Publish(session, null, _clock);
        using var first = new Collector(instruments, one => one.Name == "perfmon.page_faults");
        using var second = new Collector(instruments, one => one.Name == "perfmon.context_switches");
        _kernel.Events.Happen(7);
        Assert.Equal(7, first.Collect().Of("perfmon.page_faults").Value);
        _kernel.Events.Happen(3);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, second.Collect().Of("perfmon.context_switches").Value);
    }

    [Fact]
    public void An_estimate_that_falls_does_not_take_its_counter_along()
    {
        using var session = Session("page-faults");
        using var instruments = SessionInstruments.Publish(session, null, _clock);
        using var collector = new Collector(instruments);
        double[] values = [.. Steps().Select(_ => collector.Collect().Of("perfmon.page_faults").Value)];
        Assert.Equal([10, 1000, 1000, 1000, 4120], values);
        Assert.Equal(0.25, collector.Collect().Of("perfmon.events.share_of_time").Value, 2);

        IEnumerable<ulong> Steps()
        {
            foreach (var (events, enabled, running) in new[] { (10UL, 100UL, 100UL), (40UL, 1900UL, 0UL), (0UL, 0UL, 100UL), (0UL, 0UL, 300UL), (980UL, 0UL, 0UL) })
            {
                _kernel.Events.Happen(events, enabled, running);
                yield return session.Read()[0].Count.Value;
            }
        }
    }

    [Fact]
    public void An_event_without_a_counter_has_no_count_until_it_gets_one()
    {
        using var session = Session("page-faults");
        using var instruments = SessionInstruments.Publish(session, null, _clock);
        using var collector = new Collector(instruments);
        _kernel.Events.Happen(0, enabled: 1000, running: 0);
        var collected = collector.Collect();
        Assert.DoesNotContain(collected, one => one.Name == "perfmon.page_faults");
        Assert.Equal(0, collected.Of("perfmon.events.share_of_time").Value);
        Assert.Equal("no_counter", collected.Of("perfmon.events.not_counted").Tags["perfmon.reason"]);
        _kernel.Events.Happen(5, enabled: 1000, running: 1000);
        collected = collector.Collect();
        Assert.Equal(10, collected.Of("perfmon.page_faults").Value);
        Assert.DoesNotContain(collected, one => one.Name == "perfmon.events.not_counted");
    }

    [Fact]
    public void A_metric_is_of_the_time_since_it_was_collected_last()
    {
        using var session = Session("page-faults,context-switches");
        _kernel.Events.Happen(1000);
        var metrics = new[] { Metric.Parse("rate = page-faults / elapsed"), Metric.Parse("odd-one = 3 * page-faults / context-switches"), Metric.Parse("none = 1 / cpu-migrations") };
        using var instruments = SessionInstruments.Publish(session, new InstrumentOptions { Metrics = metrics }, _clock);
        using var collector = new Collector(instruments);
        foreach (var events in new[] { 50UL, 400UL })
        {
            _kernel.Events.Happen(events);
            _clock.Advance(TimeSpan.FromSeconds(10));
            var collected = collector.Collect();
            var rate = collected.Of("perfmon.metrics.rate");
            Assert.Equal((events / 10.0, "1", "rate"), (rate.Value, rate.Instrument.Unit, rate.Tags["perfmon.metric"]));
            Assert.Equal(3, collected.Of("perfmon.metrics.odd_one").Value);
            Assert.DoesNotContain(collected, one => one.Name == "perfmon.metrics.none");
        }
    }

    [Fact]
    public void A_failed_reading_is_not_taken_for_counts()
    {
        using var session = Session("page-faults");
        using var instruments = SessionInstruments.Publish(session, null, _clock);
        using var collector = new Collector(instruments);
        _kernel.Events.Happen(7);
        Assert.Equal(7, collector.Collect().Of("perfmon.page_faults").Value);
        _kernel.FailAlways(KernelCall.Read, Errno.EIO);
        var failure = Assert.Throws<AggregateException>(() => collector.Collect());
        Assert.All(failure.InnerExceptions, one => Assert.IsType<Perfmon.Diagnostics.PerfmonException>(one));
        _kernel.Heal();
        Assert.Equal(7, collector.Collect().Of("perfmon.page_faults").Value);
    }

    [Fact]
    public async Task Collectors_in_several_threads_see_counts_that_never_fall_until_it_is_disposed()
    {
        using var session = MonitoringSession.Create("task-clock,page-faults,context-switches");
        session.Attach(Target.Process(Environment.ProcessId));
        var instruments = SessionInstruments.Publish(session);
        session.Start();
        using var started = new CountdownEvent(4);
        var collectors = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var collector = new Collector(instruments);
            var (last, rounds) = (0.0, 0);
            while (collector.Collect() is { Count: > 0 } collected)
            {
                var now = collected.Of("perfmon.task_clock").Value;
                Assert.True(now >= last, $"{now} after {last}");
                last = now;
                if (++rounds == 100)
                {
                    started.Signal();
                }
            }

            return last;
        })).ToList();
        Assert.True(started.Wait(TimeSpan.FromSeconds(60)));
        instruments.Dispose();
        session.Dispose();
        foreach (var last in await Task.WhenAll(collectors))
        {
            Assert.True(last > 0);
        }
    }

    private MonitoringSession Session(string events)
    {
        var session = MonitoringSession.Create(EventParser.ParseOrThrow(events, HostDescription.Current), SessionOptions.Default, _kernel, HostDescription.Current);
        session.Attach(Target.CallingThread);
        session.Start();
        return session;
    }
}
