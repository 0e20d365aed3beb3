using BenchmarkDotNet.Attributes;
using Perfmon.Session;

namespace Perfmon.Bench.Comparisons;

/// <summary>
/// Reading the events of the calling thread, one <c>read(2)</c> for all of them. C throws away what it read; Perfmon makes counts of it.
/// </summary>
public abstract class GroupRead(int events) : Comparison
{
    private protected const int Times = 200;

    private readonly Count[] _counts = new Count[events];
    private int[] _group = [];
    private MonitoringSession? _session;

    public override void SetUp()
    {
        var requests = Events(events);
        _group = CPeer.OpenStarted(CPeer.Events(requests));
        _session = MonitoringSession.Create(requests);
        _session.Attach(Target.CallingThread);
        _session.Start();
    }

    public override void CleanUp()
    {
        CPeer.Close(_group);
        _session!.Dispose();
    }

    private protected void ReadInC() => CPeer.Read(_group, Times);

    private protected void ReadInCSharp()
    {
        var session = _session!;
        for (var i = 0; i < Times; i++)
        {
            session.Read(_counts);
        }
    }
}

public class ReadOf1() : GroupRead(1)
{
    public override string Name => "read 1 event";

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public override void C() => ReadInC();

    [Benchmark(OperationsPerInvoke = Times)]
    public override void CSharp() => ReadInCSharp();
}

public class ReadOf8() : GroupRead(8)
{
    public override string Name => "read a group of 8";

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public override void C() => ReadInC();

    [Benchmark(OperationsPerInvoke = Times)]
    public override void CSharp() => ReadInCSharp();
}
