using Perfmon.Profiles;
using static Perfmon.Tests.Profiles.ProfileReaders;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

public sealed class LargeProfileTests
{
    private const int Depth = 10_000;

    // A recursion that is sampled at several depths, and everything between is another function.
    private static readonly TestSample[] s_deep =
    [
        .. ((int[])[Depth, Depth - 1, Depth / 2]).Select(depth => new TestSample(
            0, 7, 7, "app", 1, depth, [.. Enumerable.Range(0, depth).Select(i => User(i % 3 == 0 ? "even" : $"f{(depth - i) % 7}", (ulong)i % 5))])),
    ];

    [Fact]
    public void Stacks_of_ten_thousand_frames_are_shown()
    {
        var profile = Samples.Profile(Samples.OneEvent, s_deep);
        var total = s_deep.Sum(sample => sample.Weight);
        var view = FlatView.Of(profile);
        Assert.Equal(total, view.Rows.Sum(row => row.Self.Weight));
        Assert.Equal(total, view.Rows.Single(row => row.Name == "even").Total.Weight);
        foreach (var inverted in new[] { false, true })
        {
            var tree = CallTree.Of(profile, inverted: inverted);
            Assert.Equal(Depth, tree.DepthFirst().Max(node => node.Depth));
            Assert.Equal(total, tree.DepthFirst().Sum(node => node.Self.Weight));
        }
    }

    [Fact]
    public void Stacks_of_ten_thousand_frames_are_written()
    {
        var paths = s_deep.Select(sample => (Key(sample.Frames.Reverse().Select(Samples.Label)), sample.Weight)).ToList();
        Assert.Equal(Prefixed("app"), Sum(Folded(Samples.Export(output => new FoldedExporter(output, Samples.OneEvent), s_deep))));
        Assert.Equal(
            Prefixed("app"),
            Sum(FlameGraph(Samples.Export(output => new FlameGraphExporter(output, Samples.OneEvent, minShare: 0), s_deep)).Where(row => row.Weight > 0)));
        Assert.Equal(Prefixed("app (7)"), Sum(Speedscope(Samples.Export(output => new SpeedscopeExporter(output, Samples.OneEvent), s_deep))));
        Assert.Equal(Prefixed("app", "7", "7"), Sum(Firefox(Samples.Export(output => new FirefoxExporter(output, Samples.OneEvent), s_deep))));
        Assert.Equal(
            Prefixed("cycles", "app", "7", "7"),
            Sum(Pprof(Samples.Export(output => new PprofExporter(output, Samples.OneEvent), s_deep)).Where(row => row.Key.StartsWith("cycles", StringComparison.Ordinal))));

        Dictionary<string, long> Prefixed(params string[] first) => Sum(paths.Select(path => (Key([.. first, path.Item1]), path.Weight)));
    }

    /// <summary>A million samples of a thousand stacks in ten threads; the first ten thousand are not of interest.</summary>
    [Theory]
    [InlineData("folded")]
    [InlineData("flamegraph")]
    [InlineData("speedscope")]
    [InlineData("pprof")]
    [InlineData("firefox")]
    public void Samples_of_known_stacks_allocate_nothing(string format)
    {
        const int count = 1_000_000;
        var stacks = Enumerable.Range(0, 1000).Select(i => Enumerable.Range(0, 20).Select(k => User($"f{(i >> (k % 10)) & 7}", (ulong)k)).ToArray()).ToArray();
        var comms = Enumerable.Range(0, 10).Select(i => $"thread{i}").ToArray();
        using var output = new MemoryStream();
        using var exporter = ProfileFormat.Named(format).CreateExporter(output, Samples.OneEvent);
        Add(0, 10_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Add(10_000, count);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // What is left is done by the runtime now and then, such as compiling anew what runs often.
        Assert.InRange(allocated / (double)(count - 10_000), 0, 0.1);
        Assert.Equal([new(2L * count, count)], exporter.Complete().Events);
        Assert.NotEqual(0, output.Length);

        void Add(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                exporter.Add(new ProfileSample
                {
                    Event = 0, ProcessId = 7, ThreadId = i % 10, Comm = comms[i % 10], Time = i * 1000L, Cpu = 0, Weight = 2, Frames = stacks[i % 1000],
                });
            }
        }
    }
}
