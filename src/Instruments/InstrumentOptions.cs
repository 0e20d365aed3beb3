using Perfmon.Metrics;

namespace Perfmon.Instruments;

/// <summary>How a session's instruments are called and what they tell beside the counts.</summary>
public sealed record InstrumentOptions
{
    /// <summary>The defaults.</summary>
    public static InstrumentOptions Default { get; } = new();

    /// <summary>The meter's name, by which exporters choose meters.</summary>
    public string MeterName { get; init; } = SessionInstruments.DefaultMeterName;

    /// <summary>The meter's version; null: the library's.</summary>
    public string? MeterVersion { get; init; }

    /// <summary>
    /// What stands on the meter, and so on all of its instruments (OpenTelemetry: attributes of the instrumentation scope). Two sessions that count the same
    /// event on the same target need something here to be told apart.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Tags { get; init; } = [];

    /// <summary>
    /// Metrics to publish as gauges: their values since the last collection, whoever collected; the first time since <see cref="SessionInstruments.Publish(Session.MonitoringSession, InstrumentOptions?)"/>.
    /// Their events must be among the session's.
    /// </summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];
}
