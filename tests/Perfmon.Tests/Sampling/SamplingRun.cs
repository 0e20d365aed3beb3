using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>What the tests of sampling on the running kernel share.</summary>
internal static class SamplingRun
{
    /// <summary>Samples of every <paramref name="period"/>th event, without call chains.</summary>
    public static SamplingOptions Every(ulong period) => new() { Rate = SampleRate.Period(period) };

    /// <summary>Reads to the end of the stream: the times of the records in the order they came, and how many were samples.</summary>
    public static (List<ulong> Times, ulong Samples) ReadToEnd(SamplingSession session)
    {
        var times = new List<ulong>();
        var samples = 0UL;
        while (session.WaitToRead())
        {
            while (session.TryRead(out var record))
            {
                Assert.True(record.TryGetTime(out var time));
                times.Add(time);
                samples += record.Type == RecordType.Sample ? 1UL : 0;
            }
        }

        Assert.True(session.IsComplete);
        return (times, samples);
    }

    /// <summary>The samples that can be read now.</summary>
    public static ulong ReadNow(SamplingSession session)
    {
        var samples = 0UL;
        while (session.TryRead(out var record))
        {
            samples += record.Type == RecordType.Sample ? 1UL : 0;
        }

        return samples;
    }

    /// <summary>Lets a running <c>getppid_batches</c> make so many calls, and waits until they are made.</summary>
    public static void Call(this RunningProgram batches, int calls)
    {
        batches.Go($"{calls}");
        Assert.Equal($"done {calls}", batches.ReadLine());
    }
}
