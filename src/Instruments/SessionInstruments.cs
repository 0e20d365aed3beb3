using System.Diagnostics.Metrics;
using System.Reflection;
using Perfmon.Diagnostics;
using Perfmon.Session;
using Perfmon.Sets;

namespace Perfmon.Instruments;

/// <summary>
/// A session's counts as instruments of <see cref="System.Diagnostics.Metrics"/>, with OpenTelemetry's names, units and attributes, for any exporter. The session is read when a
/// collector asks, once for all instruments, and its totals are given as they are: of what was not counted there is no measurement, but
/// <c>perfmon.events.not_counted</c> with the reason. After the target's end the last totals stand until this is disposed, which ends the series. All members are
/// safe for several threads.
/// </summary>
/// <remarks>
/// Counters never fall. An estimate may, from one reading to the next: its counter then keeps the highest value until the estimate is there again, and
/// <c>perfmon.events.share_of_time</c>, which is 1 for exact counts, tells that it is one. The ends of its interval, where they are known, are the gauges
/// <c>perfmon.estimate.low.EVENT</c> and <c>perfmon.estimate.high.EVENT</c>.
/// </remarks>
/// <example>
/// <code>
/// using var session = MonitoringSession.Create("page-faults", "task-clock");
/// session.Attach(Target.Process(4711));
/// using var instruments = SessionInstruments.Publish(session);
/// session.Start();
/// </code>
/// </example>
public sealed class SessionInstruments : IDisposable
{
    /// <summary>The meter's name unless another is asked for.</summary>
    public const string DefaultMeterName = "Perfmon";

    private readonly CollectedSession _collected;

    private SessionInstruments(SessionSource source, InstrumentOptions options, TimeProvider time)
    {
        var target = source.Session.Target ?? throw new PerfmonException(
            PerfmonReason.InvalidRequest,
            """
            Cannot publish the session: it is not attached.
            Its instruments say whom it counts.
            Attach it first, then publish it.
            """);
        var targetTags = SeriesTags.OfTarget(source.Session, target);
        var series = Series(source, targetTags);
        _collected = new CollectedSession(source, series, time);
        source.Read();
        List<MetricGauge> metrics = [.. options.Metrics.Select(metric => new MetricGauge(metric, source.All, targetTags, time))];

        Meter = new Meter(new MeterOptions(options.MeterName)
        {
            Version = options.MeterVersion ?? LibraryVersion,
            Tags = options.Tags,
            TelemetrySchemaUrl = InstrumentName.SchemaUrl,
        });
        CreateCounters(series);
        CreateCompanions(series);
        if (source is EventSetSource sets)
        {
            CreateBounds(series);
            SetInstruments.Create(Meter, _collected, sets, targetTags);
        }

        foreach (var metric in metrics)
        {
            Meter.CreateObservableGauge(metric.Name, () => _collected.Collect<double>(metric, to => metric.Add(to, source.All)), metric.Unit, metric.Description);
        }
    }

    /// <summary>The meter that has the instruments.</summary>
    public Meter Meter { get; }

    private static string LibraryVersion =>
        typeof(SessionInstruments).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>Publishes the counts of a session that is attached. Whoever disposes both disposes this first.</summary>
    /// <param name="session">The session. Where it is attached to another target later, nothing more is told of it: publish it anew.</param>
    /// <param name="options">The meter's name and tags, and metrics; null for the defaults.</param>
    /// <exception cref="PerfmonException">The session was never attached.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public static SessionInstruments Publish(MonitoringSession session, InstrumentOptions? options = null) => Publish(session, options, TimeProvider.System);

    /// <summary>
    /// Publishes the counts of a session of event sets that is attached, and how the sets take turns (<c>perfmon.sets.*</c>). An event that several sets have is published once. A
    /// collection cuts the turn that goes on into two slices, as every reading does.
    /// </summary>
    /// <param name="session">The session. Where it is attached to another target later, nothing more is told of it: publish it anew.</param>
    /// <param name="options">The meter's name and tags, and metrics; null for the defaults.</param>
    /// <exception cref="PerfmonException">The session was never attached.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public static SessionInstruments Publish(EventSetSession session, InstrumentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new SessionInstruments(new EventSetSource(session), options ?? InstrumentOptions.Default, TimeProvider.System);
    }

    /// <summary>Ends the series: nothing is told any more. The session goes on.</summary>
    public void Dispose()
    {
        _collected.End();
        Meter.Dispose();
    }

    internal static SessionInstruments Publish(MonitoringSession session, InstrumentOptions? options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(session);
        return new SessionInstruments(new MonitoringSource(session), options ?? InstrumentOptions.Default, time);
    }

    // Page faults in all must not stand beside minor ones under one name: a sum over the name would count these twice.
    private static EventSeries[] Series(SessionSource source, IReadOnlyList<KeyValuePair<string, object?>> targetTags)
    {
        var conventions = source.Events.Select(one => InstrumentName.ConventionOf(one.Request, source.Session)).ToList();
        var hasWhole = conventions.Exists(one => one is { Tag: null });
        return [.. source.Events.Zip(conventions, (one, convention) => new EventSeries(one, hasWhole && convention?.Tag is not null ? null : convention, targetTags))];
    }

    private void CreateCounters(EventSeries[] series)
    {
        // Events that share a name share an instrument, as page faults in user and in kernel mode do.
        foreach (var group in series.GroupBy(one => (one.Name, one.Unit.Code, one.Unit.IsWhole)))
        {
            EventSeries[] events = [.. group];
            var (name, unit, isWhole) = group.Key;
            if (isWhole)
            {
                Meter.CreateObservableCounter(name, () => _collected.Collect<long>(events, to => Array.ForEach(events, one => one.Add(to))), unit, events[0].Description);
            }
            else
            {
                Meter.CreateObservableCounter(name, () => _collected.Collect<double>(events, to => Array.ForEach(events, one => one.Add(to))), unit, events[0].Description);
            }
        }
    }

    private void CreateCompanions(EventSeries[] series)
    {
        Meter.CreateObservableGauge(
            $"{InstrumentName.Prefix}events.share_of_time",
            () => _collected.Collect<double>("share", to => Array.ForEach(series, one => one.AddShare(to))),
            "1",
            "Share of the time that an event was counted: 1 for an exact count, less for an estimate, 0 where it never got a counter.");
        Meter.CreateObservableGauge(
            $"{InstrumentName.Prefix}events.not_counted",
            () => _collected.Collect<long>("absence", to => Array.ForEach(series, one => one.AddAbsence(to))),
            "{event}",
            "1 for an event that is not counted, with the reason. It has no count then, not 0.");
    }

    private void CreateBounds(EventSeries[] series)
    {
        foreach (var group in series.GroupBy(one => (one.OwnName, one.Unit.Code)))
        {
            EventSeries[] events = [.. group];
            CreateBound(events, "low", "Lower", interval => interval.Low);
            CreateBound(events, "high", "Upper", interval => interval.High);
        }
    }

    private void CreateBound(EventSeries[] events, string end, string words, Func<CountInterval, ulong?> bound)
    {
        var key = new object();
        Meter.CreateObservableGauge(
            InstrumentName.Own($"estimate.{end}.", events[0].OwnName),
            () => _collected.Collect<double>(key, to => Array.ForEach(events, one => one.AddBound(to, bound))),
            events[0].Unit.Code,
            $"{words} end of the 95 % interval of the latest estimate of {events[0].OwnName}.");
    }
}
