using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Diagnosers;
using Perfmon.Host;
using Perfmon.Sampling;
using Perfmon.Sampling.PerfData;
using Perfmon.Session;
using Perfmon.Symbols;

namespace Perfmon.BenchmarkDotNet.Profiling;

/// <summary>The recording of one benchmark, from the first measured iteration to the last: a perf.data file that a thread writes.</summary>
internal sealed class BenchmarkRecording : IDisposable
{
    private readonly PerfmonProfilerOptions _options;
    private readonly string _path;
    private readonly List<string> _notes = [];
    private SamplingSession? _session;
    private PerfDataRecorder? _recorder;
    private Task _writing = Task.CompletedTask;
    private EnabledJitMap? _names;
    private string? _problem;

    private BenchmarkRecording(PerfmonProfilerOptions options, string path)
    {
        _options = options;
        _path = path;
    }

    public static string EventOf(PerfmonProfilerOptions options) =>
        options.Event ?? (HostDescription.Current.Pmus.CorePmus.Count > 0 ? "cycles" : "cpu-clock");

    public static SamplingOptions SamplingOf(PerfmonProfilerOptions options) => new()
    {
        Rate = options.Rate,
        Callchain = CallchainOptions.Default,
        KernelMode = KernelMode.WhenPermitted,
        SmallerRings = SmallerRings.Allow,
        SideBand = HostDescription.Current.Kernel.AtLeast(5, 12) ? SideBand.Default | SideBand.BuildIds : SideBand.Default,
    };

    /// <summary>Begins; where it cannot, <see cref="Finish"/> says why. The benchmark waits meanwhile.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "BenchmarkDotNet hangs when a diagnoser throws here.")]
    public static BenchmarkRecording Start(PerfmonProfilerOptions options, DiagnoserActionParameters parameters, DateTime created)
    {
        var recording = new BenchmarkRecording(options, ProfilePath.Of(parameters, created));
        try
        {
            recording.Start(parameters.Process.Id);
        }
        catch (Exception failure)
        {
            recording._problem = failure.Message;
        }

        return recording;
    }

    /// <summary>Ends, and writes the files.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "BenchmarkDotNet hangs when a diagnoser throws here.")]
    public ProfileFiles Finish()
    {
        try
        {
            return _problem is null ? End() : new ProfileFiles($"no profile. {_problem}", [], []);
        }
        catch (Exception failure)
        {
            return new ProfileFiles($"no profile. {failure.Message}", [], []);
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _ = Task.WhenAny(_writing).GetAwaiter().GetResult();
        _recorder?.Dispose();
        _names?.Dispose();
    }

    private void Start(int pid)
    {
        // Names first: the process's own work for them is not the benchmark's.
        if (!JitMaps.TryEnable(pid, out _names, out var problem))
        {
            _notes.Add($"{problem.Message}\nMethods that it has compiled have no names.");
        }

        var isShared = pid == Environment.ProcessId;
        var isWhole = _options.Threads == BenchmarkThreads.All || (_options.Threads == BenchmarkThreads.Automatic && !isShared);
        _session = SamplingSession.Create(EventOf(_options), SamplingOf(_options));
        _session.Attach(isWhole ? Target.Process(pid) : isShared ? Target.CallingThread : Target.Thread(pid));
        _recorder = PerfDataRecorder.Create(_path, _session, PerfDataFeatures.OfThisMachine("Perfmon.BenchmarkDotNet", [Path.GetFileNameWithoutExtension(_path)]));
        _session.Start();
        _writing = Task.Factory.StartNew(() => _recorder.Run(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private ProfileFiles End()
    {
        var session = _session!;
        session.Dispose();
        _writing.GetAwaiter().GetResult();
        _recorder!.Dispose();
        if (_names?.Disable() is { } problem)
        {
            _notes.Add(problem.Message);
        }

        if (session.Notice is { } notice)
        {
            _notes.Add(notice);
        }

        var ledger = session.Ledger;
        if (ledger.Lost > 0)
        {
            _notes.Add($"{ledger.Lost:N0} records had no room in the rings and are lost. Sample less often: {nameof(PerfmonProfilerOptions.Rate)}.");
        }

        return ProfileWriter.Write(_path, _options, _notes);
    }
}
