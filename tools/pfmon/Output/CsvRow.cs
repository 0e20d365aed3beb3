using System.Buffers;

namespace Perfmon.Tool.Output;

/// <summary>Rows of comma-separated values by RFC 4180.</summary>
internal static class CsvRow
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    // RFC 4180 ends lines with CRLF; every reader takes the line ends of the system, and so do grep and cut.
    public static void WriteCsvRow(this TextWriter writer, IEnumerable<string> fields) => writer.Write(string.Join(',', fields.Select(Quote)) + "\n");

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(s_quoted) ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
