using Perfmon.Native;
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

    /// <summary>A thread of this process that calls gettid on demand, and the session's target.</summary>
    public static (Thread Thread, int Id, Action<int> Call) Caller()
    {
        var id = new TaskCompletionSource<int>();
        var work = new System.Collections.Concurrent.BlockingCollection<(int Calls, ManualResetEventSlim Done)>();
        var thread = new Thread(() =>
        {
            id.SetResult(LinuxKernel.Instance.CurrentThread);
            foreach (var (calls, done) in work.GetConsumingEnumerable())
            {
                Counting.CallGettid(calls);
                done.Set();
            }
        })
        { IsBackground = true };
        thread.Start();
        return (thread, id.Task.Result, calls =>
        {
            if (calls < 0)
            {
                work.CompleteAdding();
                return;
            }

            using var done = new ManualResetEventSlim();
            work.Add((calls, done));
            done.Wait();
        });
    }
}
