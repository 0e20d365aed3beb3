using Perfmon.Sampling.Records;

namespace Perfmon.Tests.Sampling.Records;

public sealed class ThrottleRecordTests
{
    [Theory]
    [InlineData(RecordType.Throttle, true)]
    [InlineData(RecordType.Unthrottle, false)]
    public void Throttle(RecordType type, bool begins)
    {
        var record = RecordBytes.ReadWithTrailer(new RecordBytes(type).U64(1, 2, 3), 24, record => record.TryAsThrottle(out _));
        Assert.True(record.TryAsThrottle(out var throttle));
        Assert.Equal((begins, 1UL, 2UL, 3UL), (throttle.Begins, throttle.Time, throttle.Id, throttle.StreamId));
    }
}
