using FsCheck;
using FsCheck.Fluent;
using Perfmon.Profiles;
using static Perfmon.Tests.Profiles.ProfileReaders;

namespace Perfmon.Tests.Profiles;

/// <summary>Whatever the samples are, every view and every format has all of their weight, and where it belongs.</summary>
public sealed class ProfileProperties
{
    [Fact]
    public void Tables_have_all_the_weight() => ForSamples(samples =>
    {
        var profile = Samples.Profile(Samples.TwoEvents, samples);
        for (var number = 0; number < 2; number++)
        {
            var own = samples.Where(sample => sample.Event == number).ToList();
            var sum = own.Sum(sample => sample.Weight);
            foreach (var key in Enum.GetValues<FlatKey>())
            {
                var view = FlatView.Of(profile, number, key);
                Assert.Equal(new EventTotal(sum, own.Count), view.Total);
                Assert.Equal(view.Total, view.Rows.Aggregate(default(EventTotal), (all, row) => all + row.Self));
            }

            foreach (var row in FlatView.Of(profile, number).Rows.Where(row => row.Function is not null))
            {
                var of = own.Where(sample => sample.Frames.Any(frame => frame.Of == row.Function)).ToList();
                Assert.Equal(new EventTotal(of.Sum(sample => sample.Weight), of.Count), row.Total);
                var self = own.Where(sample => sample.Frames.Length > 0 && sample.Frames[0].Of == row.Function);
                Assert.Equal(self.Sum(sample => sample.Weight), row.Self.Weight);
            }
        }
    });

    [Fact]
    public void Trees_have_all_the_weight() => ForSamples(samples =>
    {
        var profile = Samples.Profile(Samples.TwoEvents, samples);
        foreach (var inverted in new[] { false, true })
        {
            var tree = CallTree.Of(profile, 1, inverted);
            var expected = from sample in samples
                           where sample.Event == 1
                           let path = sample.Frames.Select(frame => $"{frame.Of}")
                           select (Key(inverted ? path : path.Reverse()), sample.Weight);
            Assert.Equal(Sum(expected).Where(row => row.Value > 0).Order(s_byKey), Sum(Paths(tree)).Where(row => row.Value > 0).Order(s_byKey));
            Assert.All(tree.DepthFirst(), node => Assert.Equal(
                node.Total, node.Children.Aggregate(node.Self + node.Omitted, (sum, child) => sum + child.Total)));

            var limited = CallTree.Of(profile, 1, inverted, new CallTreeLimits(0.2, 3));
            Assert.Equal(tree.Root.Total, limited.Root.Total);
            Assert.All(limited.DepthFirst(), node => Assert.Equal(
                node.Total, node.Children.Aggregate(node.Self + node.Omitted, (sum, child) => sum + child.Total)));
        }
    });

    [Fact]
    public void Folded_stacks_have_all_the_weight() => ForSamples(samples => Same(
        samples.Where(sample => sample.Event == 1).Select(sample => (Key(Labels(sample).Prepend(sample.Comm).Select(Clean)), sample.Weight)),
        Folded(Samples.Export(output => new FoldedExporter(output, Samples.TwoEvents, 1), samples))));

    [Fact]
    public void A_flame_graph_has_all_the_weight() => ForSamples(samples => Same(
        samples.Where(sample => sample.Event == 1).Select(sample => (Key(Labels(sample).Prepend(sample.Comm)), sample.Weight)),
        FlameGraph(Samples.Export(output => new FlameGraphExporter(output, Samples.TwoEvents, 1, minShare: 0), samples))));

    [Fact]
    public void Speedscope_has_every_sample() => ForSamples(samples => Assert.Equal(
        samples.Select(sample => (Key(Labels(sample).Prepend($"{Samples.TwoEvents.Events[sample.Event].Name}: {Thread(sample)}")), sample.Weight)).Order(),
        Speedscope(Samples.Export(output => new SpeedscopeExporter(output, Samples.TwoEvents), samples)).Order()));

    [Fact]
    public void Pprof_has_all_samples_and_their_weight() => ForSamples(samples => Same(
        samples.SelectMany(sample => new[] { ("", sample.Weight), ("-samples", 1) }.Select(value => (
            Key([Samples.TwoEvents.Events[sample.Event].Name + value.Item1, sample.Comm, $"{sample.ProcessId}", $"{sample.ThreadId}", .. Labels(sample)]),
            value.Item2))),
        Pprof(Samples.Export(output => new PprofExporter(output, Samples.TwoEvents), samples))));

    [Fact]
    public void Firefox_has_every_sample() => ForSamples(samples =>
    {
        var file = Samples.Export(output => new FirefoxExporter(output, Samples.TwoEvents), samples);
        Assert.Equal(
            samples.Select(sample => (
                Key([$"{sample.Comm} ({Samples.TwoEvents.Events[sample.Event].Name})", $"{sample.ProcessId}", $"{sample.ThreadId}", .. Labels(sample)]), sample.Weight)).Order(),
            Firefox(file).Select(row => (Plain(row.Key), row.Weight)).Order());

        // The number of a tid is that of the thread; what follows it makes it the only one.
        static string Plain(string key)
        {
            var parts = key.Split('\u0001');
            parts[2] = parts[2].Split('.')[0];
            return Key(parts);
        }
    });

    private static readonly Comparer<KeyValuePair<string, long>> s_byKey = Comparer<KeyValuePair<string, long>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));

    private static void ForSamples(Action<List<TestSample>> holds) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(RandomSamples.Any, holds));

    private static void Same(IEnumerable<(string, long)> expected, IEnumerable<(string, long)> actual) => Assert.Equal(
        Sum(expected).Where(row => row.Value > 0).Order(s_byKey), Sum(actual).Where(row => row.Value > 0).Order(s_byKey));

    private static IEnumerable<string> Labels(TestSample sample) => sample.Frames.Reverse().Select(Samples.Label);

    private static string Thread(TestSample sample) =>
        sample.ProcessId == sample.ThreadId ? $"{sample.Comm} ({sample.ProcessId})" : $"{sample.Comm} ({sample.ProcessId}/{sample.ThreadId})";

    private static string Clean(string name) => name.Replace(';', ':').Replace('\n', ' ').Replace('\u2028', ' ');

    private static IEnumerable<(string Key, long Weight)> Paths(CallTree tree)
    {
        var path = new List<string>();
        foreach (var node in tree.DepthFirst())
        {
            path.RemoveRange(Math.Max(0, node.Depth - 1), path.Count - Math.Max(0, node.Depth - 1));
            if (node.Depth > 0)
            {
                path.Add($"{node.Function}");
            }

            yield return (Key(path), node.Self.Weight);
        }
    }
}
