using System.Text.Json;

namespace Perfmon.Profiles;

/// <summary>
/// Firefox Profiler's "processed profile" (profiler.firefox.com), version <see cref="FormatVersion"/>: stacks, frames and functions in shared tables, a
/// thread for each event and thread, samples in order of time with their weights, no markers. A weight in ns is shown as ms; any other is called
/// "samples" by the viewer, which has no unit for events. What was lost stands in the profile's information.
/// </summary>
public sealed class FirefoxExporter : ProfileExporter
{
    /// <summary>The version of the processed profile format that is written.</summary>
    public const int FormatVersion = 70;

    private const int GeckoVersion = 36;
    private const double NanosecondsPerMillisecond = 1e6;
    private readonly SampleTimeline _timeline;

    /// <summary>Writes to <paramref name="output"/>, which stays open.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="description">The profile.</param>
    /// <param name="temporaryFolder">Where to keep samples until the end; null for the system's folder.</param>
    public FirefoxExporter(Stream output, ProfileDescription description, string? temporaryFolder = null)
        : base(output, description) => _timeline = new SampleTimeline(description, FrameDetail.Line, temporaryFolder);

    private protected override void Collect(in ProfileSample sample) => _timeline.Add(in sample);

    private protected override ProfileTotals Write(ProfileLosses losses)
    {
        _timeline.Report(losses);
        var (lanes, totals) = (_timeline.Lanes, _timeline.Totals);
        var tables = new FirefoxTables(_timeline.Stacks);
        using var json = JsonColumns.Writer(Output);
        json.WriteStartObject();
        WriteMeta(json, lanes, totals);
        json.Column("libs", tables.Modules, FirefoxTables.WriteLibrary);
        json.WriteStartObject("shared");
        tables.Write(json);
        json.WriteEndObject();
        json.Column("threads", FirefoxThread.Of(lanes, Description), (json, thread) => WriteThread(json, thread, totals.FirstTime));
        json.WriteEndObject();
        return totals;
    }

    private protected override void Release() => _timeline.Dispose();

    private void WriteMeta(Utf8JsonWriter json, IReadOnlyList<TimelineLane> lanes, ProfileTotals totals)
    {
        json.WriteStartObject("meta");
        json.WriteNumber("interval", Interval(lanes, totals));
        json.WriteNumber("startTime", (Description.Started - DateTimeOffset.UnixEpoch)?.TotalMilliseconds ?? 0);
        json.WriteNumber("profilingStartTime", 0);
        json.WriteNumber("profilingEndTime", Milliseconds(totals.LastTime, totals.FirstTime));
        json.WriteNumber("processType", 0);
        FirefoxCategories.Write(json);
        json.WriteString("product", Description.Title);
        json.WriteString("importedFrom", Description.Producer);
        json.WriteNumber("stackwalk", 1);
        json.WriteNumber("version", GeckoVersion);
        json.WriteNumber("preprocessedProfileVersion", FormatVersion);
        json.WriteBoolean("symbolicated", true);
        json.WriteBoolean("usesOnlyOneStackType", true);
        json.WriteBoolean("sourceCodeIsNotOnSearchfox", true);
        json.WriteStartArray("markerSchema");
        json.WriteEndArray();
        WriteLosses(json, totals.Losses);
        json.WriteEndObject();
    }

    // How far apart samples are: the viewer draws its graphs with it.
    private double Interval(IReadOnlyList<TimelineLane> lanes, ProfileTotals totals)
    {
        if (Description.Events is [{ Unit: ProfileUnit.Nanoseconds, Period: > 0 } clock, ..])
        {
            return clock.Period / NanosecondsPerMillisecond;
        }

        var most = lanes.Select(lane => lane.Total.Samples).DefaultIfEmpty().Max();
        var mean = most > 1 ? Milliseconds(totals.LastTime, totals.FirstTime) / (most - 1) : 0;
        return mean > 0 ? mean : 1;
    }

    private static void WriteLosses(Utf8JsonWriter json, ProfileLosses losses)
    {
        json.WriteStartArray("extra");
        json.WriteStartObject();
        json.WriteString("label", "Losses");
        json.Column("entries", losses.Parts(), (json, part) =>
        {
            json.WriteStartObject();
            json.WriteString("label", part.Many);
            json.WriteString("format", "integer");
            json.WriteNumber("value", part.Count);
            json.WriteEndObject();
        });
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteThread(Utf8JsonWriter json, FirefoxThread thread, long start)
    {
        json.WriteStartObject();
        json.WriteString("processType", "default");
        json.WriteNumber("processStartupTime", 0);
        json.WriteNull("processShutdownTime");
        json.WriteNumber("registerTime", 0);
        json.WriteNull("unregisterTime");
        json.WriteStartArray("pausedRanges");
        json.WriteEndArray();
        json.WriteString("name", thread.Name);
        json.WriteBoolean("isMainThread", thread.IsMain);
        json.WriteString("processName", thread.ProcessName);
        json.WriteString("pid", thread.Pid);
        json.WriteString("tid", thread.Tid);
        WriteSamples(json, thread.Lane, start);
        json.WriteStartObject("markers");
        foreach (var column in (string[])["data", "name", "startTime", "endTime", "phase", "category"])
        {
            json.WriteStartArray(column);
            json.WriteEndArray();
        }

        json.WriteNumber("length", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteSamples(Utf8JsonWriter json, TimelineLane lane, long start)
    {
        var unit = Description.Events[lane.Event].Unit;
        json.WriteStartObject("samples");
        json.Column("stack", _timeline.Samples(lane), static (json, sample) =>
        {
            if (sample.Node == StackTable.Empty)
            {
                json.WriteNullValue();
            }
            else
            {
                json.WriteNumberValue(FirefoxTables.StackOf(sample.Node));
            }
        });
        json.Column("time", _timeline.Samples(lane), (json, sample) => json.WriteNumberValue(Milliseconds(sample.Time, start)));
        json.Column("weight", _timeline.Samples(lane), (json, sample) =>
        {
            if (unit == ProfileUnit.Nanoseconds)
            {
                json.WriteNumberValue(sample.Weight / NanosecondsPerMillisecond);
            }
            else
            {
                json.WriteNumberValue(sample.Weight);
            }
        });
        json.WriteString("weightType", unit switch
        {
            ProfileUnit.Nanoseconds => "tracing-ms",
            ProfileUnit.Bytes => "bytes",
            _ => "samples",
        });
        json.WriteNumber("length", lane.Total.Samples);
        json.WriteEndObject();
    }

    // Each as a number of its own first: the difference of two times out of a damaged file need not fit.
    private static double Milliseconds(long time, long start) => (double)((decimal)time - start) / NanosecondsPerMillisecond;
}
