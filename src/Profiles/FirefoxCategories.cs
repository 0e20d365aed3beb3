using System.Text.Json;
using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>Frames' kinds as categories of Firefox Profiler, and their colours from its list. The grey one is the default.</summary>
internal static class FirefoxCategories
{
    private static readonly (FrameKind Kind, string Name, string Color)[] s_all =
    [
        (FrameKind.Unknown, "Other", "grey"),
        (FrameKind.User, "User", "yellow"),
        (FrameKind.Kernel, "Kernel", "orange"),
        (FrameKind.Jit, "JIT", "green"),
        (FrameKind.Vdso, "vDSO", "purple"),
        (FrameKind.Guest, "Guest", "blue"),
    ];

    public static int Of(FrameKind kind) => Math.Max(0, Array.FindIndex(s_all, category => category.Kind == kind));

    public static void Write(Utf8JsonWriter json) => json.Column("categories", s_all, (json, category) =>
    {
        json.WriteStartObject();
        json.WriteString("name", category.Name);
        json.WriteString("color", category.Color);
        json.WriteStartArray("subcategories");
        json.WriteStringValue("Other");
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
