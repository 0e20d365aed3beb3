using System.Buffers;
using System.Globalization;
using Perfmon.Metrics;
using Perfmon.Session;

namespace Perfmon.Tool.Stat;

/// <summary>
/// Comma-separated values by RFC 4180: a header, then a row for each event; with intervals a row for each event of each interval,
/// which begins with the interval's end and length, and no totals. Where metrics were asked for, a last column has their names: their
/// rows leave empty what only events have, and those of events leave that one empty.
/// </summary>
internal sealed class StatCsv(TextWriter writer) : StatFormat
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    private static readonly string[] s_columns =
        ["event", "state", "value", "raw", "enabled_ns", "running_ns", "low", "high", "estimator", "unit", "scale", "reason"];

    private bool _hasHeader;

    public override void Write(StatInterval interval)
    {
        WriteRows(interval.Events, interval.Metrics, ["time_ns", "interval_ns"], [Nanoseconds(interval.End), Nanoseconds(interval.Length)]);
    }

    public override void Write(StatResult result)
    {
        if (_hasHeader)
        {
            return;
        }

        WriteRows(result.Events, result.Metrics, [], []);
    }

    private void WriteRows(IReadOnlyList<EventResult> events, IReadOnlyList<MetricValue> metrics, string[] timeColumns, string[] times)
    {
        string[] metricColumn = metrics.Count > 0 ? ["metric"] : [];
        if (!_hasHeader)
        {
            WriteRow([.. timeColumns, .. s_columns, .. metricColumn]);
            _hasHeader = true;
        }

        foreach (var one in events)
        {
            WriteRow([.. times, .. Fields(one), .. metricColumn.Select(_ => "")]);
        }

        foreach (var value in metrics)
        {
            WriteRow([.. times, .. Fields(value)]);
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
        result.State == CountState.Estimated ? "constant-ratio" : "",
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

    // RFC 4180 ends lines with CRLF; every reader takes the line ends of the system, and so do grep and cut.
    private void WriteRow(IEnumerable<string> fields) => writer.Write(string.Join(',', fields.Select(Quote)) + "\n");

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(s_quoted) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Number(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Nanoseconds(TimeSpan time) => Number(time.Ticks * TimeSpan.NanosecondsPerTick);
}
