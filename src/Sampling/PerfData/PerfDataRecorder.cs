using System.Buffers;
using Perfmon.Host;
using Perfmon.Sampling.Records;
using Perfmon.Session;
using Perfmon.Symbols;

namespace Perfmon.Sampling.PerfData;

/// <summary>
/// Writes all that a session samples to a perf.data file, as <c>perf record</c> does: first what was there before, so that addresses of processes that
/// run already have names, then each record as it comes. For one thread.
/// </summary>
/// <example>
/// <code>
/// using var session = SamplingSession.Create("cpu-clock");
/// session.Attach(Target.Command("make"));
/// using var recorder = PerfDataRecorder.Create("perf.data", session, PerfDataFeatures.OfThisMachine("my-profiler 1.0"));
/// session.Start();
/// recorder.Run();
/// </code>
/// </example>
public sealed class PerfDataRecorder : IDisposable
{
    private readonly SamplingSession _session;
    private readonly PerfDataWriter _writer;
    private readonly ProcessRecords _running;
    private readonly ArrayBufferWriter<byte> _synthesized = new();
    private Action<PerfRecord>? _onRecord;

    private PerfDataRecorder(SamplingSession session, Func<IReadOnlyList<PerfDataEvent>, PerfDataWriter> open)
    {
        ArgumentNullException.ThrowIfNull(session);
        var events = EventsOf(session);
        _session = session;
        _running = new ProcessRecords(events[0].Format) { TellsBuildIds = session.Options.SideBand.HasFlag(SideBand.BuildIds) };
        _writer = open(events);
    }

    /// <summary>How many bytes of records were written. Any thread may ask.</summary>
    public long BytesWritten => _writer.BytesWritten;

    /// <summary>Creates a file, or writes over one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="session">The session, attached.</param>
    /// <param name="features">What the file is to say of the machine; the times of the samples and the kernel's build id are added.</param>
    /// <exception cref="Diagnostics.PerfmonException">The session is not attached.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static PerfDataRecorder Create(string path, SamplingSession session, PerfDataFeatures features) =>
        new(session, events => PerfDataWriter.Create(path, events, features));

    /// <summary>Writes to a stream that cannot be sought.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="session">The session, attached.</param>
    /// <param name="features">What the stream is to say of the machine.</param>
    /// <exception cref="Diagnostics.PerfmonException">The session is not attached, or samples at more places than a pipe can tell of.</exception>
    public static PerfDataRecorder ToPipe(Stream stream, SamplingSession session, PerfDataFeatures features) =>
        new(session, events => PerfDataWriter.ToPipe(stream, events, features));

    /// <summary>
    /// Records until the stream of the session is over, and completes the file. Call it when the session has been started: what is mapped before is read
    /// from procfs, and what is mapped afterwards is recorded.
    /// </summary>
    /// <param name="onRecord">Is shown each record of the session before it is written.</param>
    /// <exception cref="IOException">The file cannot be written any more. It can be read up to there.</exception>
    public void Run(Action<PerfRecord>? onRecord = null)
    {
        _onRecord = onRecord;
        WriteWhatRuns();
        _writer.FinishRound();
        while (_session.WaitToRead())
        {
            WriteReady();
            _writer.FinishRound();
        }

        if (BuildIds.OfKernel(HostRoots.System) is { } kernel)
        {
            _writer.AddBuildId(new PerfDataBuildId("[kernel.kallsyms]", kernel, IsKernel: true));
        }

        _writer.Complete();
    }

    /// <summary>Closes the file. The session stays as it is.</summary>
    public void Dispose() => _writer.Dispose();

    // The dummy is last: readers show the first event first.
    private static List<PerfDataEvent> EventsOf(SamplingSession session)
    {
        if (session.RingCount == 0)
        {
            throw SamplingErrors.NotAttached("record");
        }

        var ids = session.Ids.ToLookup(one => one.Value, one => one.Key);
        return [.. session.Plan.Events.Append(session.Plan.Tracking)
            .Select(one => new PerfDataEvent(one.Request is null ? "dummy:u" : one.Name, one.Attr, ids[one]))];
    }

    // No round ends meanwhile, so that readers have all of this before the first record of a ring, although rings are read in between: to
    // read procfs for all processes may take longer than a ring lasts.
    private void WriteWhatRuns()
    {
        _running.WriteKernel(_synthesized);
        foreach (var pid in RunningTargets())
        {
            _running.WriteProcess(_synthesized, pid);
            WriteSynthesized();
            WriteReady();
        }

        WriteSynthesized();
    }

    private void WriteSynthesized()
    {
        _writer.Write(_synthesized.WrittenSpan);
        _synthesized.ResetWrittenCount();
    }

    private void WriteReady()
    {
        foreach (var record in _session.ReadBatch())
        {
            _onRecord?.Invoke(record);
            _writer.Write(record.Bytes);
        }
    }

    private IEnumerable<int> RunningTargets() => _session.Targets.SelectMany(target => target switch
    {
        ProcessTarget(var pid) => [pid],
        VirtualMachineTarget(var pid, _) => [pid],
        ThreadTarget(var tid) => ProcessThreads.ThreadGroup(HostRoots.System, tid) is { } pid ? [pid] : [],
        CallingThreadTarget => [Environment.ProcessId],
        CommandTarget => [],
        _ => _running.ProcessIds(),
    }).Distinct();
}
