using Perfmon.Diagnostics;
using Perfmon.Profiles;

namespace Perfmon.Tests.Profiles;

public sealed class SampleSpoolTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(5000)]
    public void What_was_added_comes_back_in_order(int count)
    {
        using var spool = new SampleSpool();
        var lane = new SpoolLane();
        var samples = Enumerable.Range(0, count).Select(i => new TimedSample(i, -i, i * 2)).ToList();
        samples.ForEach(sample => spool.Add(lane, sample));
        Assert.Equal(samples, spool.Read(lane));
        Assert.Equal(samples, spool.Read(lane));
    }

    [Fact]
    public void Lanes_do_not_mix()
    {
        using var spool = new SampleSpool();
        var lanes = Enumerable.Range(0, 7).Select(_ => new SpoolLane()).ToList();
        var random = new Random(1);
        var expected = lanes.ToDictionary(lane => lane, _ => new List<TimedSample>());
        for (var i = 0; i < 20_000; i++)
        {
            var lane = lanes[random.Next(lanes.Count)];
            var sample = new TimedSample(i, i, i);
            expected[lane].Add(sample);
            spool.Add(lane, sample);
        }

        Assert.All(lanes, lane => Assert.Equal(expected[lane], spool.Read(lane)));
    }

    [Fact]
    public void A_file_is_there_only_when_it_is_needed_and_never_has_a_name()
    {
        var folder = Directory.CreateTempSubdirectory("perfmon-spool");
        try
        {
            using var spool = new SampleSpool(folder.FullName);
            var lane = new SpoolLane();
            for (var i = 0; i < 256; i++)
            {
                spool.Add(lane, default);
            }

            Assert.Equal(0, spool.Length);
            spool.Add(lane, default);
            Assert.NotEqual(0, spool.Length);
            Assert.Empty(folder.EnumerateFileSystemInfos());
            Assert.Contains(OpenFiles(), path => path.StartsWith(folder.FullName, StringComparison.Ordinal));
            spool.Dispose();
            Assert.DoesNotContain(OpenFiles(), path => path.StartsWith(folder.FullName, StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        using var spool = new SampleSpool("/nonexistent/folder");
        var lane = new SpoolLane();
        var error = Assert.Throws<PerfmonException>(() =>
        {
            for (var i = 0; i < 257; i++)
            {
                spool.Add(lane, default);
            }
        });
        Assert.Contains("/nonexistent/folder", error.Message);
        Assert.Contains("TMPDIR", error.Message);
    }

    private static IEnumerable<string> OpenFiles() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(entry => new FileInfo(entry).LinkTarget ?? "");
}
