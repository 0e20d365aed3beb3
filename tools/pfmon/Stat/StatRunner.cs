using System.Diagnostics;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Perfmon.Tool.Stat.Otlp;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tool.Stat;

/// <summary>Carries out a request: one run, or several of the same command.</summary>
internal sealed class StatRunner(StatRequest request, Interruption interruption, SliceSinks slices)
{
    private const int SigTerm = 15;

    public async Task<StatResult> RunAsync(Action<StatInterval> onInterval)
    {
        var wanted = request.Repeat ?? 1;
        var runs = new List<StatRun>();
        using var progress = new Progress(request.Repeat);
        while (runs.Count < wanted)
        {
            progress.Show(runs.Count + 1);
            var run = await RunOnceAsync(onInterval).ConfigureAwait(false);

            // A run that was cut short is no sample of the others.
            if (runs.Count > 0 && interruption.Finish.IsCancellationRequested)
            {
                break;
            }

            runs.Add(run);
            if (interruption.Finish.IsCancellationRequested)
            {
                break;
            }
        }

        return Summarise(runs, wanted);
    }

    private async Task<StatRun> RunOnceAsync(Action<StatInterval> onInterval)
    {
        using var measurement = Measurement.Open(request);
        interruption.Command = measurement.Command;
        using var export = request.Otlp is { } otlp ? new OtlpExport(otlp, options => measurement.Publish(options with { Metrics = request.Metrics }), Terminal.Error.WriteMessage) : null;
        var intervals = Intervals(measurement, onInterval, export);
        using var drain = slices.IsEmpty ? null : new SliceDrain(measurement.Sets!, slices);
        measurement.Start();
        var clock = Stopwatch.StartNew();
        var end = measurement.Command is { } command ? WaitForCommandAsync(command) : WaitForTargetsAsync(measurement);
        await (intervals?.RunAsync(clock, end) ?? end).ConfigureAwait(false);
        var exit = await end.ConfigureAwait(false);
        var elapsed = clock.Elapsed;
        measurement.Stop();
        interruption.Command = null;
        var reading = measurement.Read();
        intervals?.Finish(elapsed);
        await (export?.FinishAsync(interruption.GiveUp) ?? Task.CompletedTask).ConfigureAwait(false);
        await (drain?.FinishAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        var notes = reading.Turns is { } turns ? SetNotes.Of(turns, request, elapsed, exit) : [];
        return new StatRun(reading.Events, elapsed, exit, [.. StatNotes.Of(measurement, exit), .. notes, .. export?.Notes ?? []])
        {
            Turns = reading.Turns,
            Metrics = [.. request.Metrics.SelectMany(metric => metric.EvaluateAll(reading.Events, elapsed))],
        };
    }

    // Where counts are sent and none are asked for, the intervals are the collector's alone.
    private IntervalReader? Intervals(Measurement measurement, Action<StatInterval> onInterval, OtlpExport? export) =>
        (request.Interval ?? request.Otlp?.Interval) is not { } length
            ? null
            : new IntervalReader(measurement, length, request.Metrics, request.Interval is null ? _ => { } : onInterval) { OnWhole = export is null ? null : export.Send };

    private async Task<CommandExit?> WaitForCommandAsync(MonitoredCommand command)
    {
        using var timeout = TimeoutSource();
        using var registration = timeout.Token.Register(() => command.Signal(SigTerm));
        try
        {
            return await command.WaitForExitAsync(interruption.GiveUp).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<CommandExit?> WaitForTargetsAsync(Measurement measurement)
    {
        using var timeout = TimeoutSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, interruption.Finish);
        try
        {
            await measurement.WaitForTargetsAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Enough was counted.
        }

        return null;
    }

    private CancellationTokenSource TimeoutSource() => request.Timeout is { } timeout ? new CancellationTokenSource(timeout) : new CancellationTokenSource();

    private StatResult Summarise(List<StatRun> runs, int wanted)
    {
        var notes = runs.SelectMany(run => run.Notes).Distinct().ToList();
        if (runs.Count < wanted)
        {
            notes.Add($"Interrupted: {runs.Count} of {wanted} runs are counted.");
        }

        return new StatResult
        {
            Command = request.Command,
            Subject = string.Join(", ", request.Targets.Count > 0 ? request.Targets.Select(target => target.ToString()) : [string.Join(' ', request.Command)]),
            ExitCode = request.Command.Count == 0 ? null : runs.Select(ExitCodeOf).FirstOrDefault(code => code != 0),
            Elapsed = TimeSpan.FromTicks((long)runs.Average(run => run.Elapsed.Ticks)),
            Events = [.. runs[0].Events.Select((_, i) => EventResult.MeanOf([.. runs.Select(run => run.Events[i])]) with { Set = runs[0].Turns?.SetOf(i) ?? 0 })],
            Metrics = [.. runs[0].Metrics.Select((_, i) => MetricMean.Of([.. runs.Select(run => run.Metrics[i])]))],
            Runs = runs,
            IsRepeated = request.Repeat is not null,
            Notes = notes,
        };
    }

    private static int ExitCodeOf(StatRun run) => run.Exit switch
    {
        { ExitCode: { } code } => code,
        { Signal: { } signal } => ExitCode.OfSignal(signal),
        _ => ExitCode.OfSignal(2),
    };
}
