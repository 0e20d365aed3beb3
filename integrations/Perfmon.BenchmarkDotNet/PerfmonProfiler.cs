using BenchmarkDotNet.Analysers;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Validators;
using Perfmon.BenchmarkDotNet.Planning;
using Perfmon.BenchmarkDotNet.Profiling;

namespace Perfmon.BenchmarkDotNet;

/// <summary>
/// Samples each benchmark in a run of its own, from the first measured iteration to the last, and writes what it did as files into the artifacts folder: a flame graph to
/// look at in a browser, and a file for speedscope.app. Methods that .NET compiled have their names; garbage collections and the harness between iterations are in it.
/// </summary>
public sealed class PerfmonProfiler : IDiagnoser
{
    private readonly DateTime _created = DateTime.Now;
    private readonly List<(string Benchmark, ProfileFiles Files)> _profiles = [];
    private BenchmarkRecording? _recording;

    /// <summary>Samples the usual event, and writes the usual files.</summary>
    public PerfmonProfiler()
        : this(new PerfmonProfilerOptions())
    {
    }

    /// <summary>Samples and writes as <paramref name="options"/> say. What is wrong is told by <see cref="Validate"/>.</summary>
    public PerfmonProfiler(PerfmonProfilerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
    }

    /// <summary>How is sampled, and what is written.</summary>
    public PerfmonProfilerOptions Options { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Ids => [nameof(PerfmonProfiler)];

    /// <inheritdoc/>
    public IEnumerable<IExporter> Exporters => [];

    /// <inheritdoc/>
    public IEnumerable<IAnalyser> Analysers => [];

    /// <inheritdoc/>
    public RunMode GetRunMode(BenchmarkCase benchmarkCase) => RunMode.ExtraRun;

    /// <summary>Errors where nothing could be sampled: not Linux, an unknown event, no permission. Each says what to do.</summary>
    public IEnumerable<ValidationError> Validate(ValidationParameters validationParameters) =>
        OperatingSystem.IsLinux() ? [.. ProfilerErrors.Of(Options)] : [PlanErrors.NotLinux()];

    /// <inheritdoc/>
    public void Handle(HostSignal signal, DiagnoserActionParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        switch (signal)
        {
            case HostSignal.BeforeActualRun:
                _recording?.Dispose();
                _recording = BenchmarkRecording.Start(Options, parameters, _created);
                break;
            case HostSignal.AfterActualRun when _recording is { } recording:
                _recording = null;
                using (recording)
                {
                    _profiles.Add((parameters.BenchmarkCase.DisplayInfo, recording.Finish()));
                }

                break;
            case HostSignal.AfterProcessExit:
                // One that failed on the way has no profile.
                _recording?.Dispose();
                _recording = null;
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<Metric> ProcessResults(DiagnoserResults results) => [];

    /// <summary>Says in the log where the files are, what was lost, and what has no names.</summary>
    public void DisplayResults(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        foreach (var (benchmark, files) in _profiles)
        {
            logger.WriteLineInfo($"{benchmark}: {files.Summary}");
            foreach (var path in files.Paths)
            {
                logger.WriteLineInfo($"  {path}");
            }
        }

        foreach (var note in _profiles.SelectMany(profile => profile.Files.Notes).Distinct())
        {
            logger.WriteLineHint(note);
        }
    }
}
