using System.Diagnostics;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;

namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>
/// A session over the iterations of one kind: started and stopped around each. Not for several threads; the one that runs the benchmark attaches it.
/// </summary>
internal sealed class PhaseCounter : IDisposable
{
    private readonly EventSession _session;
    private readonly Func<IEnumerable<EventCount>> _read;
    private long _iterations;
    private long _operations;
    private long _began;
    private TimeSpan _elapsed;

    private PhaseCounter(EventSession session, Func<IEnumerable<EventCount>> read)
    {
        _session = session;
        _read = read;
    }

    /// <summary>What must be known of the attach.</summary>
    public string? Notice => _session.Notice;

    /// <summary>A session that is attached, and stopped.</summary>
    /// <exception cref="Diagnostics.PerfmonException">It cannot be.</exception>
    public static PhaseCounter Open(CountingRequest request)
    {
        var counter = Create(request);
        try
        {
            counter._session.Attach(request.IsWholeProcess ? Target.Process(Environment.ProcessId) : Target.CallingThread);
            return counter;
        }
        catch
        {
            counter.Dispose();
            throw;
        }
    }

    // Nothing of this class comes between the session and the iteration.
    public void Begin()
    {
        _began = Stopwatch.GetTimestamp();
        _session.Start();
    }

    public void End(long operations)
    {
        _session.Stop();
        _elapsed += Stopwatch.GetElapsedTime(_began);
        _iterations++;
        _operations += operations;
    }

    public CountedPhase Read() => new(_iterations, _operations, _elapsed, [.. _read().DistinctBy(count => count.Name).Select(PhaseCount.Of)]);

    public void Dispose() => _session.Dispose();

    private static PhaseCounter Create(CountingRequest request)
    {
        // What could not be counted at all was left out before; kernel mode too.
        if (request.Sets is [var only])
        {
            var session = MonitoringSession.Create(only);
            return new PhaseCounter(session, session.Read);
        }

        // Iterations are alike: time tells as much of one as any event that happens to be in all sets.
        var sets = EventSetSession.Create(
            request.Sets,
            new EventSetOptions { Switch = SetSwitch.After(request.Turn), Estimator = Trapezoid.Description });
        return new PhaseCounter(sets, () => sets.Read().Sets.SelectMany(set => set.Counts));
    }
}
