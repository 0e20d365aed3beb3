using System.Text.Json;
using System.Text.Json.Serialization;
using Perfmon.Kvm.Forms;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary>Writes a filter to standard output, as options for a shell or as JSON.</summary>
internal static class FilterOutput
{
    public static void Write(WrittenFilter written, bool json) => Console.Out.WriteLine(json
        ? JsonSerializer.Serialize(
            new WrittenFilterJson(written.Form.Name, written.Values, written.Arguments, written.Use), FilterJsonContext.Default.WrittenFilterJson)
        : written.ToString());
}

/// <summary>The JSON of <c>pfmon kvm filter build</c> and <c>translate</c>.</summary>
/// <param name="Form">The form's name.</param>
/// <param name="Values">The objects, properties or bytes.</param>
/// <param name="Arguments">The arguments for QEMU, as a program takes them.</param>
/// <param name="Use">The option that uses the filter; null where none is known.</param>
internal sealed record WrittenFilterJson(string Form, IReadOnlyList<string> Values, IReadOnlyList<string> Arguments, string? Use);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(WrittenFilterJson))]
internal sealed partial class FilterJsonContext : JsonSerializerContext;
