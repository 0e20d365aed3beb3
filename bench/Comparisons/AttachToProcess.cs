using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Perfmon.Session;

namespace Perfmon.Bench.Comparisons;

/// <summary>
/// Attaching 4 inherited events to each of the 1,000 threads of a process, and letting go of it again: 4,000 descriptors. Perfmon also
/// looks a second time for threads that appeared meanwhile and watches for the end. C opens groups that are stopped, which the kernel does
/// without asking the thread's CPU; Perfmon's run from the first moment, lest a thread that is born meanwhile is counted in part.
/// </summary>
public class AttachToProcess() : OpeningComparison(4)
{
    private const int ThreadCount = 1000;

    private Process? _process;

    public override string Name => "attach 4 events to 1,000 threads";

    private protected virtual CPeer.Followed Followed => CPeer.Followed.Inherited;

    public override void SetUp()
    {
        base.SetUp();
        _process = Process.Start(new ProcessStartInfo(CCompiler.Compile("threads.c", "threads", "-pthread"), [$"{ThreadCount}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        if (_process.StandardOutput.ReadLine() != "ready")
        {
            throw new InvalidOperationException($"The process of {ThreadCount} threads did not start.");
        }
    }

    public override void CleanUp()
    {
        base.CleanUp();
        _process!.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    [Benchmark(Baseline = true)]
    public override void C() => CPeer.AttachAndClose(PeerEvents, _process!.Id, Followed);

    [Benchmark]
    public override void CSharp()
    {
        using var session = MonitoringSession.Create(Requests);
        session.Attach(Target.Process(_process!.Id));
    }
}

/// <summary>The same, and C opens its events as Perfmon does: what remains is Perfmon's own.</summary>
public class AttachToProcessAlike : AttachToProcess
{
    public override string Name => "the same, C's events running too";

    private protected override CPeer.Followed Followed => CPeer.Followed.InheritedRunning;
}
