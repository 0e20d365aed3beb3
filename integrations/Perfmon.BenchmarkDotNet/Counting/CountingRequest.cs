using System.Text.Json;

namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>What a process is to count of the benchmark that it runs.</summary>
/// <param name="Sets">The events of each set, as a list in the syntax of their names; none where nothing can be counted.</param>
/// <param name="IsWholeProcess">Whether all of its threads are counted, or only the one that runs the benchmark.</param>
/// <param name="Turn">How long the turns of several sets are.</param>
internal sealed record CountingRequest(IReadOnlyList<string> Sets, bool IsWholeProcess, TimeSpan Turn)
{
    public void Write(string path)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteBoolean("whole_process", IsWholeProcess);
        json.WriteNumber("turn_ticks", Turn.Ticks);
        json.WriteStartArray("sets");
        foreach (var set in Sets)
        {
            json.WriteStringValue(set);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static CountingRequest Read(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = json.RootElement;
        return new CountingRequest(
            [.. root.GetProperty("sets").EnumerateArray().Select(set => set.GetString()!)],
            root.GetProperty("whole_process").GetBoolean(),
            new TimeSpan(root.GetProperty("turn_ticks").GetInt64()));
    }
}
