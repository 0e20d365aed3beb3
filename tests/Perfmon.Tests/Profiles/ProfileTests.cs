using Perfmon.Diagnostics;
using Perfmon.Profiles;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

public sealed class ProfileTests
{
    [Fact]
    public void Samples_add_up_by_event_thread_and_stack()
    {
        var profile = Samples.Profile(
            Samples.TwoEvents,
            new TestSample(0, 7, 7, "app", 100, 5, User("b"), User("a")),
            new TestSample(0, 7, 8, "app", 101, 6, User("b"), User("a")),
            new TestSample(1, 7, 7, "app", 102, 1, User("b"), User("a")),
            new TestSample(0, 7, 7, "app", 103, 7, User("b"), User("a")),
            new TestSample(0, 7, 7, "sh", 99, 8));

        Assert.Equal([new(7, 7, "app"), new(7, 8, "app"), new(7, 7, "sh")], profile.Threads);
        Assert.Equal(
            [
                new(0, 0, 2, new EventTotal(12, 2)), new(0, 1, 2, new EventTotal(6, 1)), new(0, 2, 0, new EventTotal(8, 1)),
                new(1, 0, 2, new EventTotal(1, 1)),
            ],
            profile.Cells.OrderBy(cell => (cell.Event, cell.Thread, cell.Node)));
        Assert.Equal([new(26, 4), new(1, 1)], profile.Totals.Events);
        Assert.Equal((99, 103), (profile.Totals.FirstTime, profile.Totals.LastTime));
        Assert.True(profile.Losses.AreNone);
    }

    [Fact]
    public void Frames_without_a_function_are_a_loss_beside_those_reported()
    {
        var profile = Samples.Profile(Samples.OneEvent, new TestSample(0, 1, 1, "a", 0, 1, User(""), User("f"), default));
        profile.Report(new ProfileLosses { LostSamples = 1, LostRecords = 2, Throttled = 3, Dropped = 1234, UnresolvedFrames = 4 });

        Assert.Equal("2 lost records, 1 lost sample, 3 throttlings, 1,234 dropped samples, 6 unresolved frames", profile.Losses.ToString());
        Assert.Equal(profile.Losses, profile.Totals.Losses);
        Assert.Equal(profile.Losses, FlatView.Of(profile).Losses);
        Assert.Equal(profile.Losses, CallTree.Of(profile).Losses);
        Assert.Equal("nothing lost", ProfileLosses.None.ToString());
    }

    [Fact]
    public void An_empty_profile_has_empty_views()
    {
        var profile = new Profile(Samples.OneEvent);
        Assert.Empty(FlatView.Of(profile).Rows);
        Assert.Single(CallTree.Of(profile).DepthFirst());
        Assert.Equal((0, 0), (profile.Totals.FirstTime, profile.Totals.LastTime));
    }

    [Fact]
    public void What_is_forgotten_leaves_the_stacks()
    {
        var sample = new TestSample(0, 1, 1, "a", 5, long.MaxValue, User("f"), User(""));
        var profile = Samples.Profile(Samples.OneEvent, sample);
        profile.Report(new ProfileLosses { Dropped = 1 });
        profile.Clear();
        Assert.Empty(profile.Cells);
        Assert.Equal([default], profile.Totals.Events);
        Assert.True(profile.Losses.AreNone);
        profile.Add(sample.Sample);
        Assert.Equal((3, 1), (profile.Stacks.NodeCount, profile.Threads.Count));
    }

    [Theory]
    [InlineData(2, 1, "it is of event 2, and there are 2")]
    [InlineData(-1, 1, "it is of event -1, and there are 2")]
    [InlineData(0, -1, "its weight is -1")]
    [InlineData(0, long.MaxValue, "that of task-clock so far 1")]
    public void A_wrong_sample_is_refused_and_changes_nothing(int profileEvent, long weight, string text)
    {
        var profile = Samples.Profile(Samples.TwoEvents, new TestSample(0, 1, 1, "a", 0, 1, User("f")));
        var error = Assert.Throws<PerfmonException>(() => profile.Add(new TestSample(profileEvent, 1, 1, "a", 0, weight, User("g")).Sample));
        Assert.Equal(PerfmonReason.InvalidRequest, error.Reason);
        Assert.Contains("Cannot add sample 1 to the profile: ", error.Message);
        Assert.Contains(text, error.Message);
        Assert.Equal([new(1, 1), default], profile.Totals.Events);
        Assert.Equal(2, profile.Stacks.NodeCount);
    }

    [Fact]
    public void An_event_that_is_not_there_cannot_be_shown()
    {
        var profile = new Profile(Samples.OneEvent);
        Assert.Contains("has no event 1", Assert.Throws<PerfmonException>(() => FlatView.Of(profile, 1)).Message);
        Assert.Throws<PerfmonException>(() => CallTree.Of(profile, -1));
        Assert.Throws<PerfmonException>(() => new FoldedExporter(Stream.Null, Samples.OneEvent, 1));
        Assert.Throws<PerfmonException>(() => new FlameGraphExporter(Stream.Null, Samples.OneEvent, 1));
    }

    [Fact]
    public void A_file_is_completed_once()
    {
        foreach (var format in ProfileFormat.All)
        {
            using var exporter = format.CreateExporter(new MemoryStream(), Samples.OneEvent);
            exporter.Complete();
            Assert.Throws<PerfmonException>(() => exporter.Complete());
            Assert.Throws<PerfmonException>(() => exporter.Add(new TestSample(0, 1, 1, "a", 0, 1).Sample));
        }
    }

    [Fact]
    public void A_file_that_is_not_completed_is_not_written()
    {
        foreach (var format in ProfileFormat.All)
        {
            var output = new MemoryStream();
            using (var exporter = format.CreateExporter(output, Samples.OneEvent))
            {
                exporter.Add(new TestSample(0, 1, 1, "a", 0, 1).Sample);
            }

            Assert.Equal(0, output.Length);
            output.WriteByte(0);
        }
    }

    [Fact]
    public void A_name_that_is_no_text_is_written_with_what_can_be_told_of_it()
    {
        var sample = new TestSample(0, 7, 7, "c\udc00", 1, 5, User("f\ud800"));
        Assert.Equal([("c\ufffd\u0001f\ufffd", 5L)], ProfileReaders.Folded(Samples.Export(output => new FoldedExporter(output, Samples.OneEvent), [sample])));
        Assert.Contains(("c\ufffd\u0001f\ufffd", 5L), ProfileReaders.FlameGraph(Samples.Export(output => new FlameGraphExporter(output, Samples.OneEvent), [sample])));
        Assert.Equal([("c\ufffd (7)\u0001f\ufffd", 5L)], ProfileReaders.Speedscope(Samples.Export(output => new SpeedscopeExporter(output, Samples.OneEvent), [sample])));
        Assert.Equal([("c\ufffd\u00017\u00017\u0001f\ufffd", 5L)], ProfileReaders.Firefox(Samples.Export(output => new FirefoxExporter(output, Samples.OneEvent), [sample])));
        Assert.Contains(("cycles\u0001c\ufffd\u00017\u00017\u0001f\ufffd", 5L), ProfileReaders.Pprof(Samples.Export(output => new PprofExporter(output, Samples.OneEvent), [sample])));
    }

    [Fact]
    public void A_format_is_found_by_its_files_names()
    {
        Assert.Equal(ProfileFormat.All, ProfileFormat.All.Select(format => ProfileFormat.OfFile($"/tmp/a.b{format.Extension}")));
        Assert.Contains(".html (flamegraph)", Assert.Throws<PerfmonException>(() => ProfileFormat.OfFile("out.json")).Message);
    }

    [Fact]
    public void A_format_is_found_by_its_name() => Assert.Contains(
        "folded, flamegraph, speedscope, pprof, firefox", Assert.Throws<PerfmonException>(() => ProfileFormat.Named("perf")).Message);
}
