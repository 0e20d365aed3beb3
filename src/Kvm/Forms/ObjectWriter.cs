using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Forms;

/// <summary>How forms with objects write them.</summary>
internal static class ObjectWriter
{
    // A shell's single quotes are what has to be minded, not HTML.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Hex(ulong number) => $"0x{number:x2}";

    public static string Word(FilterAction action) => TranslationErrors.Word(action);

    public static string Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The members of an event with their values: numbers, and exclude as a bool.</summary>
    public static (string Format, (string Key, object Value)[] Members) Members(FilterEvent entry, string selectUmaskFormat) => entry switch
    {
        RawEvent raw => (FilterObjects.Raw, [(FilterObjects.CodeKey, raw.Code)]),
        SelectUmaskEvent plain => (selectUmaskFormat, [(FilterObjects.SelectKey, (ulong)plain.Select), (FilterObjects.UmaskKey, (ulong)plain.Umask)]),
        MaskedEvent masked => (FilterObjects.Masked, [
            (FilterObjects.SelectKey, (ulong)masked.Select),
            (FilterObjects.MatchKey, (ulong)masked.Match),
            (FilterObjects.MaskKey, (ulong)masked.Mask),
            (FilterObjects.ExcludeKey, masked.Exclude)]),
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };

    public static void WriteMembers(Utf8JsonWriter json, (string Key, object Value)[] members, bool asText)
    {
        foreach (var (key, value) in members)
        {
            switch (value)
            {
                case bool flag:
                    json.WriteBoolean(key, flag);
                    break;
                case ulong number when asText:
                    json.WriteString(key, Hex(number));
                    break;
                case ulong number:
                    json.WriteNumber(key, number);
                    break;
            }
        }
    }

    /// <summary>An entry for each event of the ranges, with the range's action.</summary>
    public static IReadOnlyList<(RawEvent Event, FilterAction Action)> Events(FilterForm form, ArmEventFilter filter)
    {
        var count = filter.Ranges.Sum(range => range.Count);
        return count > PmuEventFilter.MostEvents
            ? throw TranslationErrors.TooManyArmEvents(form, count)
            : [.. filter.Ranges.SelectMany(range => Enumerable.Range(range.First, range.Count).Select(number => (new RawEvent((ulong)number), range.Action)))];
    }

    /// <summary>The objects, and the option that uses them.</summary>
    public static WrittenFilter Written(FilterForm form, IReadOnlyList<string> objects, string id, GuestArchitecture guest)
    {
        string[] use = guest == GuestArchitecture.X86 ? ["-accel", $"kvm,pmu-filter={id}"] : ["-cpu", $"host,pmu-filter={id}"];
        return new WrittenFilter(form, objects, [.. objects.SelectMany(value => new[] { "-object", value }), .. use]);
    }
}
