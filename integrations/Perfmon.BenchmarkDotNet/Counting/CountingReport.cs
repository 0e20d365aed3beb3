using System.Text.Json;
using Perfmon.Session;

namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>What a process counted of the benchmark that it ran.</summary>
/// <param name="Workload">The iterations that are measured.</param>
/// <param name="Overhead">The empty ones, by which the harness's share is known; without iterations where there were none.</param>
/// <param name="Notices">What must be known of how it went.</param>
/// <param name="Problem">Why nothing was counted; null where something was.</param>
internal sealed record CountingReport(CountedPhase Workload, CountedPhase Overhead, IReadOnlyList<string> Notices, string? Problem)
{
    public static CountingReport Failed(string problem) => new(CountedPhase.Nothing, CountedPhase.Nothing, [], problem);

    /// <summary>Writes a file that is there as a whole or not at all.</summary>
    public void Write(string path)
    {
        using (var file = File.Create(path + ".part"))
        using (var json = new Utf8JsonWriter(file))
        {
            json.WriteStartObject();
            json.WriteString("problem", Problem);
            json.WriteStartArray("notices");
            foreach (var notice in Notices)
            {
                json.WriteStringValue(notice);
            }

            json.WriteEndArray();
            Write(json, "workload", Workload);
            Write(json, "overhead", Overhead);
            json.WriteEndObject();
        }

        File.Move(path + ".part", path);
    }

    public static CountingReport Read(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = json.RootElement;
        return new CountingReport(
            ReadPhase(root.GetProperty("workload")),
            ReadPhase(root.GetProperty("overhead")),
            [.. root.GetProperty("notices").EnumerateArray().Select(notice => notice.GetString()!)],
            root.GetProperty("problem").GetString());
    }

    private static void Write(Utf8JsonWriter json, string name, CountedPhase phase)
    {
        json.WriteStartObject(name);
        json.WriteNumber("iterations", phase.Iterations);
        json.WriteNumber("operations", phase.Operations);
        json.WriteNumber("elapsed_ticks", phase.Elapsed.Ticks);
        json.WriteStartArray("counts");
        foreach (var count in phase.Counts)
        {
            json.WriteStartObject();
            json.WriteString("event", count.Name);
            json.WriteNumber("state", (int)count.State);
            json.WriteNumber("value", count.Value);
            if (count.StandardError is { } error)
            {
                json.WriteNumber("standard_error", error);
            }

            json.WriteString("reason", count.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static CountedPhase ReadPhase(JsonElement phase) => new(
        phase.GetProperty("iterations").GetInt64(),
        phase.GetProperty("operations").GetInt64(),
        new TimeSpan(phase.GetProperty("elapsed_ticks").GetInt64()),
        [.. phase.GetProperty("counts").EnumerateArray().Select(count => new PhaseCount(
            count.GetProperty("event").GetString()!,
            (CountState)count.GetProperty("state").GetInt32(),
            count.GetProperty("value").GetUInt64(),
            count.TryGetProperty("standard_error", out var error) ? error.GetDouble() : null,
            count.GetProperty("reason").GetString()))]);
}
