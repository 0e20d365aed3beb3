using BenchmarkDotNet.Attributes;
using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Bench.Comparisons;

/// <summary>Opening and closing one event on the calling thread: <c>perf_event_open(2)</c> and <c>close(2)</c>.</summary>
public class OpenAndClose() : OpeningComparison(1)
{
    private const int Times = 20;

    private static readonly CounterMode s_mode = CounterMode.Alone;

    private PlannedCounter[] _counters = [];

    public override string Name => "open and close 1 event";

    public override void SetUp()
    {
        base.SetUp();
        var request = Requests[0];
        _counters = [new PlannedCounter(0, 0, request.Selection, request.Name, new PmuContext(0, IsScarce: false, request.Pmu), Cpus: null)];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public override void C() => CPeer.OpenAndClose(PeerEvents, Times);

    [Benchmark(OperationsPerInvoke = Times)]
    public override void CSharp()
    {
        for (var i = 0; i < Times; i++)
        {
            var result = new GroupOpening(LinuxKernel.Instance, _counters, AttachPoint.Thread(0), s_mode).TryOpen(out var group);
            if (result.Failed)
            {
                throw new InvalidOperationException($"perf_event_open: {result.Error}.");
            }

            group!.Dispose();
        }
    }
}
