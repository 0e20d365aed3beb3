using System.Runtime.InteropServices;
using System.Text.Json;
using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>
/// Speedscope's own format (https://www.speedscope.app/file-format-schema.json): a profile of type <c>sampled</c> for each event and thread, its samples
/// in order of time. Weights are the event's; what was lost stands in the name of the whole. Numbers above 2^53 are rounded by speedscope, as by
/// all JavaScript.
/// </summary>
public sealed class SpeedscopeExporter : ProfileExporter
{
    private const string Schema = "https://www.speedscope.app/file-format-schema.json";
    private readonly SampleTimeline _timeline;

    /// <summary>Writes to <paramref name="output"/>, which stays open.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="description">The profile.</param>
    /// <param name="temporaryFolder">Where to keep samples until the end; null for the system's folder.</param>
    public SpeedscopeExporter(Stream output, ProfileDescription description, string? temporaryFolder = null)
        : base(output, description) => _timeline = new SampleTimeline(description, FrameDetail.Function, temporaryFolder);

    private protected override void Collect(in ProfileSample sample) => _timeline.Add(in sample);

    /// <exception cref="PerfmonException">The temporary file cannot be read.</exception>
    private protected override ProfileTotals Write(ProfileLosses losses)
    {
        _timeline.Report(losses);
        var (lanes, totals) = (_timeline.Lanes, _timeline.Totals);
        using var json = JsonColumns.Writer(Output);
        json.WriteStartObject();
        json.WriteString("$schema", Schema);
        json.WriteStartObject("shared");
        json.Column("frames", _timeline.Stacks.Frames, WriteFrame);
        json.WriteEndObject();
        json.Column("profiles", lanes, WriteProfile);
        json.WriteString("name", totals.Losses.AreNone ? Description.Title : $"{Description.Title} ({totals.Losses})");
        if (lanes.Count > 0)
        {
            json.WriteNumber("activeProfileIndex", Heaviest(lanes));
        }

        json.WriteString("exporter", Description.Producer);
        json.WriteEndObject();
        return totals;
    }

    private protected override void Release() => _timeline.Dispose();

    private static int Heaviest(IReadOnlyList<TimelineLane> lanes) =>
        Enumerable.Range(0, lanes.Count).Where(i => lanes[i].Event == lanes[0].Event).MaxBy(i => lanes[i].Total.Weight);

    private static void WriteFrame(Utf8JsonWriter json, ProfileFrame frame)
    {
        json.WriteStartObject();
        json.WriteString("name", frame.Of.Label);
        if ((frame.File ?? frame.Module) is { Length: > 0 } file)
        {
            json.WriteString("file", file);
        }

        json.WriteEndObject();
    }

    private void WriteProfile(Utf8JsonWriter json, TimelineLane lane)
    {
        var profileEvent = Description.Events[lane.Event];
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", Description.Events.Count == 1 ? lane.Thread.ToString() : $"{profileEvent.Name}: {lane.Thread}");
        json.WriteString("unit", profileEvent.Unit switch
        {
            ProfileUnit.Nanoseconds => "nanoseconds",
            ProfileUnit.Bytes => "bytes",
            _ => "none",
        });
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", lane.Total.Weight);
        var stack = new List<int>();
        json.Column("samples", _timeline.Samples(lane), (json, sample) => WriteStack(json, sample.Node, stack));
        json.Column("weights", _timeline.Samples(lane), static (json, sample) => json.WriteNumberValue(sample.Weight));
        json.WriteEndObject();
    }

    private void WriteStack(Utf8JsonWriter json, int node, List<int> stack)
    {
        _timeline.Stacks.CopyTo(node, stack);
        json.WriteStartArray();
        var innermostFirst = CollectionsMarshal.AsSpan(stack);
        for (var i = innermostFirst.Length - 1; i >= 0; i--)
        {
            json.WriteNumberValue(innermostFirst[i]);
        }

        json.WriteEndArray();
    }
}
