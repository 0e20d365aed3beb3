using System.Buffers;
using System.Globalization;
using Perfmon.Session;

namespace Perfmon.Tool.Stat;

/// <summary>
/// Comma-separated values by RFC 4180: a header, then a row for each event; with intervals a row for each event of each interval,
/// which begins with the interval's end and length, and no totals.
/// </summary>
internal sealed class StatCsv(TextWriter writer) : StatFormat
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    private static readonly string[] s_columns =
        ["event", "state", "value", "raw", "enabled_ns", "running_ns", "low", "high", "estimator", "unit", "scale", "reason"];

    private bool _hasHeader;

    public override void Write(StatInterval interval)
    {
        WriteHeader(["time_ns", "interval_ns", .. s_columns]);
        foreach (var result in interval.Events)
        {
            WriteRow([Nanoseconds(interval.End), Nanoseconds(interval.Length), .. Fields(result)]);
        }

        writer.Flush();
    }

    public override void Write(StatResult result)
    {
        if (_hasHeader)
        {
            return;
        }

        WriteHeader(s_columns);
        foreach (var one in result.Events)
        {
            WriteRow(Fields(one));
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

    private void WriteHeader(IEnumerable<string> columns)
    {
        if (!_hasHeader)
        {
            WriteRow(columns);
            _hasHeader = true;
        }
    }

    // RFC 4180 ends lines with CRLF; every reader takes the line ends of the system, and so do grep and cut.
    private void WriteRow(IEnumerable<string> fields) => writer.Write(string.Join(',', fields.Select(Quote)) + "\n");

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(s_quoted) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Number(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    private static string Nanoseconds(TimeSpan time) => Number(time.Ticks * TimeSpan.NanosecondsPerTick);
}
