using System.IO.Compression;
using Google.Protobuf;
using Perfmon.Profiles.Pprof;

namespace Perfmon.Profiles;

/// <summary>
/// The format of pprof: perftools.profiles.Profile (profile.proto) under gzip. A sample is a stack of a thread, with labels <c>comm</c>, <c>pid</c> and
/// <c>tid</c>; its values are, for each event, the number of samples and their weight. Where there is one event, the first is called
/// <c>samples</c>, otherwise <c>NAME-samples</c>. What was lost is a comment.
/// </summary>
public sealed class PprofExporter : ProfileExporter
{
    private readonly Profile _profile;

    /// <summary>Writes to <paramref name="output"/>, which stays open.</summary>
    public PprofExporter(Stream output, ProfileDescription description)
        : base(output, description) => _profile = new Profile(description, FrameDetail.Address);

    private protected override void Collect(in ProfileSample sample) => _profile.Add(in sample);

    // The file is written in parts, each a message of the whole's type: its samples are never all in memory in this form.
    private protected override ProfileTotals Write(ProfileLosses losses)
    {
        _profile.Report(losses);
        var totals = _profile.Totals;
        // Its first string is the empty one.
        var strings = new Numbers<string>();
        strings.Of("");

        using var gzip = new GZipStream(Output, CompressionLevel.Optimal, leaveOpen: true);
        using var output = new CodedOutputStream(gzip, leaveOpen: true);

        Header(totals, strings).WriteTo(output);
        var locations = new PprofLocations(_profile.Stacks, strings);
        WriteSamples(output, locations, strings);
        foreach (var part in locations.Parts())
        {
            part.WriteTo(output);
        }

        var table = new Pprof.Profile();
        table.StringTable.AddRange(strings.All);
        table.WriteTo(output);
        return totals;
    }

    private Pprof.Profile Header(ProfileTotals totals, Numbers<string> strings)
    {
        var header = new Pprof.Profile { DurationNanos = unchecked(totals.LastTime - totals.FirstTime) };
        foreach (var profileEvent in Description.Events)
        {
            var samples = Description.Events.Count == 1 ? "samples" : $"{profileEvent.Name}-samples";
            header.SampleType.Add(new Pprof.ValueType { Type = strings.Of(samples), Unit = strings.Of("count") });
            header.SampleType.Add(Weights(profileEvent, strings));
        }

        if (Description.Events is [{ } first, ..])
        {
            header.PeriodType = Weights(first, strings);
            header.Period = first.Period;
            header.DefaultSampleType = strings.Of(first.Name);
        }

        if (Description.Started is { } started)
        {
            header.TimeNanos = (started.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick;
        }

        header.Comment.AddRange(new[] { Description.Title, Description.Producer, totals.Losses.ToString() }.Select(text => (long)strings.Of(text)));
        return header;
    }

    private void WriteSamples(CodedOutputStream output, PprofLocations locations, Numbers<string> strings)
    {
        var part = new Pprof.Profile { Sample = { new Sample() } };
        var sample = part.Sample[0];
        var cells = _profile.Cells.OrderBy(cell => (cell.Thread, cell.Node, cell.Event)).ToList();
        for (var i = 0; i < cells.Count;)
        {
            var (thread, node) = (cells[i].Thread, cells[i].Node);
            sample.LocationId.Clear();
            sample.Value.Clear();
            sample.Label.Clear();
            locations.CopyTo(node, sample.LocationId);
            for (var profileEvent = 0; profileEvent < Description.Events.Count; profileEvent++)
            {
                var self = i < cells.Count && cells[i] is var cell && (cell.Thread, cell.Node, cell.Event) == (thread, node, profileEvent) ? cells[i++].Self : default;
                sample.Value.Add(self.Samples);
                sample.Value.Add(self.Weight);
            }

            AddLabels(sample, _profile.Threads[thread], strings);
            part.WriteTo(output);
        }
    }

    private static void AddLabels(Sample sample, ProfileThread thread, Numbers<string> strings)
    {
        sample.Label.Add(new Label { Key = strings.Of("comm"), Str = strings.Of(thread.Comm) });
        sample.Label.Add(new Label { Key = strings.Of("pid"), Num = thread.ProcessId });
        sample.Label.Add(new Label { Key = strings.Of("tid"), Num = thread.ThreadId });
    }

    private static Pprof.ValueType Weights(ProfileEvent profileEvent, Numbers<string> strings) => new()
    {
        Type = strings.Of(profileEvent.Name),
        Unit = strings.Of(profileEvent.Unit switch
        {
            ProfileUnit.Nanoseconds => "nanoseconds",
            ProfileUnit.Bytes => "bytes",
            _ => "count",
        }),
    };
}
