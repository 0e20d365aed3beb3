using System.Diagnostics.Tracing;
using BenchmarkDotNet.Engines;
using Perfmon.Diagnostics;

namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>
/// Counts the iterations of a benchmark in the process that runs it. BenchmarkDotNet's engine tells of the begin and the end of each by an event of its
/// <see cref="EngineEventSource"/>, which is here before the engine goes on, on the engine's thread: only the iteration lies between the two, and the two calls.
/// </summary>
internal sealed class IterationListener(CountingRequest request) : EventListener
{
    private const int WarmRounds = 3;

    private PhaseCounter? _workload;
    private PhaseCounter? _overhead;
    private CountedPhase _overheadPhase = CountedPhase.Nothing;
    private string? _problem;

    /// <summary>Called when the engine is done, on its thread.</summary>
    public Action<CountingReport>? Finished { get; init; }

    /// <summary>What was counted; null while the engine is not done.</summary>
    public CountingReport? Report { get; private set; }

    public override void Dispose()
    {
        _workload?.Dispose();
        _overhead?.Dispose();
        base.Dispose();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == EngineEventSource.SourceName)
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        switch (eventData.EventId)
        {
            case EngineEventSource.WorkloadActualStartEventId:
                EndOverhead();
                Begin(ref _workload);
                break;
            case EngineEventSource.WorkloadActualStopEventId:
                End(_workload, eventData);
                break;
            case EngineEventSource.OverheadActualStartEventId:
                Begin(ref _overhead);
                break;
            case EngineEventSource.OverheadActualStopEventId:
                End(_overhead, eventData);
                break;
            case EngineEventSource.BenchmarkStartEventId:
                Warm();
                break;
            case EngineEventSource.BenchmarkStopEventId:
                Finish();
                break;
            default:
                break;
        }
    }

    private void Begin(ref PhaseCounter? counter)
    {
        if (_problem is not null)
        {
            return;
        }

        try
        {
            counter ??= PhaseCounter.Open(request);
            counter.Begin();
        }
        catch (PerfmonException refusal)
        {
            _problem = refusal.Message;
        }
    }

    private static void End(PhaseCounter? counter, EventWrittenEventArgs eventData) => counter?.End((long)eventData.Payload![0]!);

    // What is compiled and mapped at a first call is not to be counted as the first iteration's.
    private void Warm()
    {
        try
        {
            using var counter = PhaseCounter.Open(request);
            for (var round = 0; round < WarmRounds; round++)
            {
                counter.Begin();
                counter.End(1);
            }

            _ = counter.Read();
        }
        catch (PerfmonException refusal)
        {
            _problem = refusal.Message;
        }
    }

    // It gives its counters back: there may be no others.
    private void EndOverhead()
    {
        if (_overhead is { } overhead)
        {
            _overhead = null;
            _overheadPhase = overhead.Read();
            overhead.Dispose();
        }
    }

    private void Finish()
    {
        Report = _problem is null && _workload is not null
            ? new CountingReport(_workload.Read(), _overheadPhase, _workload.Notice is { } notice ? [notice] : [], null)
            : CountingReport.Failed(_problem ?? "the engine told of no iteration");
        Finished?.Invoke(Report);
    }
}
