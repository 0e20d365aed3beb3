using System.Text.Encodings.Web;
using System.Text.Json;

namespace Perfmon.Profiles;

/// <summary>JSON of any length in bounded memory: what has been written goes to the stream now and then.</summary>
internal static class JsonColumns
{
    private const int FlushBytes = 1 << 16;

    // Readable: only what JSON itself asks for is escaped. What stands in a page of HTML needs the stricter default.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Utf8JsonWriter Writer(Stream output) => new(output, s_options);

    public static void FlushWhenFull(this Utf8JsonWriter json)
    {
        if (json.BytesPending >= FlushBytes)
        {
            json.Flush();
        }
    }

    /// <summary>An array called <paramref name="name"/>, of what <paramref name="write"/> makes of each of <paramref name="rows"/>.</summary>
    public static void Column<T>(this Utf8JsonWriter json, string name, IEnumerable<T> rows, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            write(json, row);
            json.FlushWhenFull();
        }

        json.WriteEndArray();
    }

    public static void Column(this Utf8JsonWriter json, string name, IEnumerable<int> rows) =>
        json.Column(name, rows, static (json, row) => json.WriteNumberValue(row));

    public static void Column(this Utf8JsonWriter json, string name, IEnumerable<string> rows) =>
        json.Column(name, rows, static (json, row) => json.WriteStringValue(row));

    /// <summary>A column of <paramref name="length"/> nulls.</summary>
    public static void Nulls(this Utf8JsonWriter json, string name, int length) =>
        json.Column(name, Enumerable.Range(0, length), static (json, _) => json.WriteNullValue());
}
