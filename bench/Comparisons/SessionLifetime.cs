using BenchmarkDotNet.Attributes;
using Perfmon.Session;

namespace Perfmon.Bench.Comparisons;

/// <summary>
/// A session of 8 events on the calling thread: create, attach, start, stop, dispose. C opens a group of 8, enables, disables and closes it.
/// </summary>
public class SessionLifetime() : OpeningComparison(8)
{
    private const int Times = 4;

    public override string Name => "session of 8, whole life";

    [Benchmark(Baseline = true, OperationsPerInvoke = Times)]
    public override void C() => CPeer.OpenStartStopClose(PeerEvents, Times);

    [Benchmark(OperationsPerInvoke = Times)]
    public override void CSharp()
    {
        for (var i = 0; i < Times; i++)
        {
            using var session = Create();
            session.Attach(Target.CallingThread);
            session.Start();
            session.Stop();
        }
    }

    private protected virtual MonitoringSession Create() => MonitoringSession.Create(Requests);
}

/// <summary>The same from names, which are looked up each time; C has no names.</summary>
public class NamedSessionLifetime : SessionLifetime
{
    private static readonly string s_names = Names(8);

    public override string Name => "the same, from names";

    private protected override MonitoringSession Create() => MonitoringSession.Create(s_names, SessionOptions.Default);
}
