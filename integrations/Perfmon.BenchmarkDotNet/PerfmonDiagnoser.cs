using BenchmarkDotNet.Analysers;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Validators;
using Perfmon.BenchmarkDotNet.Columns;
using Perfmon.BenchmarkDotNet.Counting;
using Perfmon.BenchmarkDotNet.Planning;

namespace Perfmon.BenchmarkDotNet;

/// <summary>
/// Counts events of the kernel and the CPU (<c>perf_event_open(2)</c>) while a benchmark's iterations run, and gives them per operation. Only the iterations
/// themselves are counted, neither their setup and cleanup nor the harness between them; and what BenchmarkDotNet's empty ("overhead") iterations cause is taken off, as it
/// does with time.
/// </summary>
/// <remarks>
/// The process of a benchmark counts itself: a startup hook (<c>DOTNET_STARTUP_HOOKS</c>) loads Perfmon there, listens to BenchmarkDotNet's own events of each
/// iteration, and leaves what it counted to this process. With an in-process toolchain this process does the same.
/// </remarks>
public sealed class PerfmonDiagnoser : IDiagnoser
{
    private readonly Lazy<EventPlan> _plan;
    private readonly Dictionary<BenchmarkCase, BenchmarkCounts> _counts = [];
    private ICountedProcess? _process;

    /// <summary>Counts <paramref name="events"/>, named as in perf; <see cref="PerfmonDiagnoserOptions.DefaultEvents"/> where none is named.</summary>
    public PerfmonDiagnoser(params string[] events)
        : this(new PerfmonDiagnoserOptions { Events = events is { Length: > 0 } ? events : PerfmonDiagnoserOptions.DefaultEvents })
    {
    }

    /// <summary>Counts as <paramref name="options"/> say. A wrong name is told by <see cref="Validate"/>.</summary>
    public PerfmonDiagnoser(PerfmonDiagnoserOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _plan = new(() => EventPlan.Make(options));
    }

    /// <summary>What is counted, and how.</summary>
    public PerfmonDiagnoserOptions Options { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Ids => [nameof(PerfmonDiagnoser)];

    /// <inheritdoc/>
    public IEnumerable<IExporter> Exporters => [];

    /// <inheritdoc/>
    public IEnumerable<IAnalyser> Analysers => [];

    internal EventPlan Plan => _plan.Value;

    /// <inheritdoc/>
    public RunMode GetRunMode(BenchmarkCase benchmarkCase) => Options.Run == CountedRun.Measured ? RunMode.NoOverhead : RunMode.ExtraRun;

    /// <summary>
    /// What would go wrong, before anything runs: an error where a name is wrong or nothing can be counted, a warning where an event is not counted. Each says what to do.
    /// </summary>
    public IEnumerable<ValidationError> Validate(ValidationParameters validationParameters)
    {
        ArgumentNullException.ThrowIfNull(validationParameters);
        return OperatingSystem.IsLinux()
            ? [.. PlanErrors.Of(Plan, Options), .. PlanErrors.OfBenchmarks(validationParameters.Benchmarks)]
            : [PlanErrors.NotLinux()];
    }

    /// <inheritdoc/>
    public void Handle(HostSignal signal, DiagnoserActionParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        switch (signal)
        {
            case HostSignal.BeforeProcessStart:
                _process?.Close();
                _process = ChildProcess.Prepare(Plan.Request(Options.Threads, isShared: false), parameters.Process.StartInfo);
                break;
            case HostSignal.BeforeAnythingElse when parameters.Process.Id == Environment.ProcessId:
                _process?.Close();
                _process = new ThisProcess(Plan.Request(Options.Threads, isShared: true));
                break;
            default:
                // Each iteration tells of itself.
                break;
        }
    }

    /// <summary>The counts per operation, of events and of metrics that have one, as metrics of BenchmarkDotNet: their ids are the names as they were asked for.</summary>
    public IEnumerable<Metric> ProcessResults(DiagnoserResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var counts = BenchmarkCounts.Of(Plan, _process?.Finish() ?? CountingReport.Failed("nothing told of the process that ran the benchmark"));
        _process?.Close();
        _process = null;
        _counts[results.BenchmarkCase] = counts;
        var hasColumns = results.BenchmarkCase.Config.GetColumnProviders().Contains(CountColumns.Provider);
        return CountMetrics.Of(counts, isShown: !hasColumns);
    }

    /// <summary>Says in the log what was not counted and why, what is an estimate, and what was taken off for the harness.</summary>
    public void DisplayResults(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        CountNotes.Write(logger, _counts);
    }

    internal BenchmarkCounts? CountsOf(BenchmarkCase benchmarkCase) => _counts.GetValueOrDefault(benchmarkCase);
}
