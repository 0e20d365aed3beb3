using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling;

/// <summary>Rings that keep the newest records, on the running kernel: a snapshot has the last ones, all of them and each once.</summary>
public sealed class SnapshotTests
{
    private static readonly SamplingOptions s_newest = SamplingRun.Every(1) with { RingMode = RingMode.KeepNewest, RingSize = RingSize.OfPages(1) };

    /// <summary>Samples carry how often the event has happened: those that a snapshot has are the last ones without a gap.</summary>
    [SkippableFact]
    public void A_snapshot_has_the_newest_records()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        using var session = SamplingSession.Create(Counting.Getppid, s_newest with { Fields = SampleFields.Read });
        session.Attach(Target.Thread(program.Pid));
        session.Start();
        Assert.False(session.TryRead(out _));
        var calls = 0UL;
        var before = 0UL;
        foreach (var more in new[] { 10, 100_000, 20, 0, 7, 5_003 })
        {
            program.Call(more);
            calls += (ulong)more;
            session.TakeSnapshot();
            program.Call(3);
            var numbers = Numbers(session);

            // A ring has room for so many samples of 80 bytes, but for a record that tells of what came during the last snapshot; one that
            // was in an earlier snapshot is in no other.
            var most = (ulong)Environment.SystemPageSize / 80;
            Assert.InRange((ulong)numbers.Count, Math.Min(calls - before, most - 1), Math.Min(calls - before, most));
            Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => calls - (ulong)numbers.Count + 1 + (ulong)i), numbers);
            before = calls;
            calls += 3;
        }

        // The last ones are given without a snapshot.
        session.Dispose();
        Assert.Equal([calls - 2, calls - 1, calls], Numbers(session));
        Assert.True(session.IsComplete);
        Assert.Equal(0UL, session.Ledger.CorruptBytes);
    }

    [SkippableFact]
    public void The_end_of_the_target_gives_the_newest_records()
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, s_newest);
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "100000"));
        session.Start();
        var (times, samples) = SamplingRun.ReadToEnd(session);
        Assert.InRange(samples, 1UL, 200UL);
        Assert.Equal(times.Order(), times);
    }

    /// <summary>Snapshots while the kernel writes: whole records only, in order, each once.</summary>
    [SkippableFact]
    public void Snapshots_while_the_target_runs()
    {
        Counting.Needs();
        using var session = SamplingSession.Create(Counting.Getppid, s_newest with { Fields = SampleFields.Read, Following = Following.Nothing });
        session.Attach(Target.Command(CProgram.Named("getppid_calls"), "2000000"));
        session.Start();
        var last = 0UL;
        var snapshots = 0;
        for (; !session.HasTargetEnded; snapshots++)
        {
            session.TakeSnapshot();
            foreach (var number in Numbers(session))
            {
                Assert.True(number > last, $"{number} after {last}");
                last = number;
            }
        }

        foreach (var number in Numbers(session))
        {
            last = Math.Max(last, number);
        }

        // What happened while a snapshot was taken is lost, and counted: the last ones too, if the target has ended meanwhile.
        Assert.InRange(snapshots, 3, int.MaxValue);
        Assert.InRange(2_000_000UL - last, 0UL, session.Ledger.LostSamples!.Value);
        Assert.Equal((0UL, 0UL), (session.Ledger.CorruptBytes, session.Ledger.OutOfOrder));
    }

    [SkippableFact]
    public void Only_rings_that_keep_the_newest_have_snapshots()
    {
        using var session = SamplingSession.Create("page-faults", SamplingRun.Every(1));
        session.Attach(Target.CallingThread);
        Assert.Contains("KeepNewest", Assert.Throws<Perfmon.Diagnostics.PerfmonException>(session.TakeSnapshot).Message, StringComparison.Ordinal);
    }

    private static List<ulong> Numbers(SamplingSession session)
    {
        var numbers = new List<ulong>();
        while (session.TryRead(out var record))
        {
            if (record.TryAsSample(out var sample))
            {
                Assert.True(sample.TryGetCounters(out var counters));
                numbers.Add(counters[0].Value);
            }
        }

        return numbers;
    }
}
