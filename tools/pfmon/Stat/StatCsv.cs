using System.Globalization;
using Perfmon.Metrics;
using Perfmon.Session;
using Perfmon.Tool.Output;

namespace Perfmon.Tool.Stat;

/// <summary>
/// Comma-separated values by RFC 4180: a header, then a row for each event; with intervals a row for each event of each interval,
/// which begins with the interval's end and length, and no totals. Where there are event sets, a column before
/// the events has the set. Where metrics were asked for, a last column has their names: their rows leave empty what only events have, and those of
/// events leave that one empty.
/// </summary>
internal sealed class StatCsv(TextWriter writer) : StatFormat
{
    private static readonly string[] s_columns =
        ["event", "state", "value", "raw", "enabled_ns", "running_ns", "low", "high", "estimator", "unit", "scale", "reason"];

    private bool _hasHeader;

    public override void Write(StatInterval interval)
    {
        WriteRows(interval.Events, interval.Metrics, interval.HasSets, ["time_ns", "interval_ns"], [Nanoseconds(interval.End), Nanoseconds(interval.Length)]);
    }

    public override void Write(StatResult result)
    {
        if (_hasHeader)
        {
            return;
        }

        WriteRows(result.Events, result.Metrics, result.Turns is not null, [], []);
    }

    private void WriteRows(IReadOnlyList<EventResult> events, IReadOnlyList<MetricValue> metrics, bool hasSets, string[] timeColumns, string[] times)
    {
        string[] setColumn = hasSets ? ["set"] : [];
        string[] metricColumn = metrics.Count > 0 ? ["metric"] : [];
        if (!_hasHeader)
        {
            writer.WriteCsvRow([.. timeColumns, .. setColumn, .. s_columns, .. metricColumn]);
            _hasHeader = true;
        }

        foreach (var one in events)
        {
            writer.WriteCsvRow([.. times, .. setColumn.Select(_ => Number(one.Set)), .. Fields(one), .. metricColumn.Select(_ => "")]);
        }

        foreach (var value in metrics)
        {
            writer.WriteCsvRow([.. times, .. setColumn.Select(_ => ""), .. Fields(value)]);
        }

        writer.Flush();
    }

    private static IEnumerable<string> Fields(EventResult result) =>
    [
        result.Name,
        result.State switch
        {
            CountState.Counted => "counted",
            CountState.Estimated => "estimated",
            _ => "not_counted",
        },
        Number(result.Value),
        Number(result.Raw),
        Number(result.Enabled),
        Number(result.Running),
        Number(result.Low),
        Number(result.High),
        result.Estimator ?? "",
        result.Event.Unit ?? "",
        Number(result.Event.Scale),
        result.Reason?.ReplaceLineEndings(" ") ?? "",
    ];

    private static IEnumerable<string> Fields(MetricValue value) =>
    [
        "",
        MetricMean.StateName(value.State),
        Number(value.Value),
        "",
        "",
        "",
        Number(value.Low),
        Number(value.High),
        "",
        value.Metric.Unit ?? "",
        "",
        value.Reason?.ReplaceLineEndings(" ") ?? "",
        value.Name,
    ];

    private static string Number(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Nanoseconds(TimeSpan time) => Number(time.Ticks * TimeSpan.NanosecondsPerTick);
}
