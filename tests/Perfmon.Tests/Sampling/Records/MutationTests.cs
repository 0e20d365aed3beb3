using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

/// <summary>
/// Bytes that no kernel writes. Whatever they are, decoding them ends, stays within them (a span beyond them would throw) and allocates nothing.
/// PERFMON_MUTATIONS is how many are tried; the default is quick.
/// </summary>
public sealed class MutationTests
{
    private static readonly int s_count =
        int.TryParse(Environment.GetEnvironmentVariable("PERFMON_MUTATIONS"), out var count) ? count : 100_000;

    [Fact]
    public void Any_bytes_can_be_decoded()
    {
        var mutator = new RecordMutator(seed: 1);
        var sink = mutator.DecodeSome(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        sink += mutator.DecodeSome(s_count);

        // The runtime may allocate something of its own when code runs for the first time; a byte for each record would be a hundred times as much.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        Assert.NotEqual(0UL, sink);
        Assert.True(mutator.Complete > s_count / 100, "Some mutations must leave the record whole, or none goes deep.");
        Assert.True(mutator.Damaged > s_count / 100, "Some must not.");
    }

    /// <summary>The decoder that the mutations are tried with looks at all members that the records have, so that none is forgotten.</summary>
    [Fact]
    public void The_reader_of_everything_reads_everything()
    {
        var sum = RecordReader.ReadAll(RecordBytes.Read(Samples.Everything().Build(), Samples.EverythingFormat));
        Assert.NotEqual(0UL, sum);
        var members = typeof(PerfRecord).GetMethods().Where(method => method.Name.StartsWith("TryAs", StringComparison.Ordinal)).Select(method => method.Name);
        Assert.Equal(members.Order(), RecordReader.Decoders.Order());
    }
}
