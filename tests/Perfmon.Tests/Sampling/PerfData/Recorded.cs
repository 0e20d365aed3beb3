using System.Buffers;
using Perfmon.Host;
using Perfmon.Native.Abi;
using Perfmon.Sampling.PerfData;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Sampling.Records;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling.PerfData;

/// <summary>A recording of two events of a real program, as it lies in memory: its records, round by round, and its samples.</summary>
internal sealed class Recorded
{
    private const PerfSampleFormat Fields =
        PerfSampleFormat.Identifier | PerfSampleFormat.Ip | PerfSampleFormat.Tid | PerfSampleFormat.Time | PerfSampleFormat.Cpu | PerfSampleFormat.Period;

    private Recorded(IReadOnlyList<PerfDataEvent> events, byte[] before, IReadOnlyList<byte[]> rounds, IReadOnlyList<Perf.Sample> samples)
    {
        Events = events;
        Before = before;
        Rounds = rounds;
        Samples = samples;
    }

    public static string Version => "perfmon test";

    public IReadOnlyList<PerfDataEvent> Events { get; }

    /// <summary>The records of what was there before.</summary>
    public byte[] Before { get; }

    public IReadOnlyList<byte[]> Rounds { get; }

    /// <summary>In the order of their times.</summary>
    public IReadOnlyList<Perf.Sample> Samples { get; }

    /// <summary>Samples of system calls, which are exactly <paramref name="calls"/> in each of <paramref name="rounds"/>, and of the clock with callchains.</summary>
    public static Recorded Take(int rounds = 3, int calls = 20)
    {
        Requires.TraceFs();
        Assert.True(TraceFs.Find(HostRoots.System).TryGetTracepointId("syscalls", "sys_enter_getppid", out var id, out _));
        using var program = RunningProgram.Start("getppid_batches");
        var calling = new PerfEventAttr
        {
            Type = (uint)PerfTypeId.Tracepoint, Config = (ulong)id, SamplePeriod = 1, SampleType = Fields | PerfSampleFormat.Raw,
            Flags = PerfEventAttrFlags.SampleIdAll | PerfEventAttrFlags.Comm | PerfEventAttrFlags.Mmap | PerfEventAttrFlags.Mmap2 | PerfEventAttrFlags.Task,
        };
        var clock = new PerfEventAttr
        {
            Type = (uint)PerfTypeId.Software, Config = 1, SamplePeriod = 20_000, SampleType = Fields | PerfSampleFormat.Callchain, Flags = PerfEventAttrFlags.SampleIdAll,
        };
        using var first = new EventRecording(calling, program.Pid);
        using var second = new EventRecording(clock, program.Pid);
        PerfDataEvent[] events = [new("syscalls:sys_enter_getppid", calling, [first.Id]), new("task-clock", clock, [second.Id])];

        var before = new ArrayBufferWriter<byte>();
        var processes = new ProcessRecords(events[0].Format);
        processes.WriteKernel(before);
        processes.WriteProcess(before, program.Pid);

        var taken = new List<byte[]>();
        var samples = new List<Perf.Sample>();
        for (var round = 0; round < rounds; round++)
        {
            program.Go($"{calls}");
            Assert.Equal($"done {calls}", program.ReadLine());
            var bytes = new List<byte>();
            foreach (var recording in (EventRecording[])[second, first])
            {
                foreach (var record in recording.Take())
                {
                    bytes.AddRange(record);
                    if (BitConverter.ToUInt32(record) == (uint)RecordType.Sample)
                    {
                        var sample = recording.Sample(record);
                        samples.Add(new Perf.Sample(sample.Tid, sample.Time, recording == first ? events[0].Name : events[1].Name));
                    }
                }
            }

            taken.Add([.. bytes]);
        }

        Assert.Equal(rounds * calls, samples.Count(sample => sample.Event == events[0].Name));
        return new Recorded(events, before.WrittenSpan.ToArray(), taken, [.. samples.OrderBy(sample => sample.Time)]);
    }

    /// <summary>Writes everything; the caller decides how it ends.</summary>
    public void WriteTo(PerfDataWriter writer)
    {
        writer.Write(Before);
        foreach (var round in Rounds)
        {
            writer.Write(round);
            writer.FinishRound();
        }
    }

    public static PerfDataFeatures Features() => PerfDataFeatures.OfThisMachine(Version, "pfmon", "record", "with blanks");
}
