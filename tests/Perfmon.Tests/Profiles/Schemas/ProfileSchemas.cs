using NJsonSchema;

namespace Perfmon.Tests.Profiles.Schemas;

/// <summary>What the formats' descriptions ask for, as JSON schemas beside this file.</summary>
internal static class ProfileSchemas
{
    private static readonly Lazy<JsonSchema> s_speedscope = new(() => Read("speedscope"));
    private static readonly Lazy<JsonSchema> s_firefox = new(() => Read("firefox"));

    public static IEnumerable<string> SpeedscopeOffences(string json) => Offences(s_speedscope.Value, json);

    public static IEnumerable<string> FirefoxOffences(string json) => Offences(s_firefox.Value, json);

    private static IEnumerable<string> Offences(JsonSchema schema, string json) => schema.Validate(json).Select(offence => offence.ToString());

    private static JsonSchema Read(string name) =>
        JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "Profiles", "Schemas", $"{name}.schema.json")).GetAwaiter().GetResult();
}
