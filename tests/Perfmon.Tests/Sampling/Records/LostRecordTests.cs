using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class LostRecordTests
{
    [Fact]
    public void Lost()
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(RecordType.Lost).U64(7, 8), 16, record => record.TryAsLost(out _));
        Assert.True(record.TryAsLost(out var lost));
        Assert.Equal((7UL, 8UL), (lost.Id, lost.Lost));
    }

    [Fact]
    public void Lost_samples()
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(RecordType.LostSamples).U64(9), 8, record => record.TryAsLostSamples(out _));
        Assert.True(record.TryAsLostSamples(out var lost));
        Assert.Equal(9UL, lost.Lost);
    }
}
