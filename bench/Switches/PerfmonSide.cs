using Perfmon.Session;
using Perfmon.Sets;

namespace Perfmon.Bench.Switches;

/// <summary>Perfmon's own sessions.</summary>
internal sealed class PerfmonSide(IReadOnlyList<string> sets) : ISwitchingSide
{
    private readonly List<EventSetSession> _sessions = [];

    public string ThreadName => "Perfmon sets";

    public long Switches => _sessions.Sum(session => (long)session.Read().Switching.Switches);

    public void Start(IReadOnlyList<int> threads, TimeSpan turn, Strategy strategy)
    {
        var options = new EventSetOptions { Switch = SetSwitch.After(turn), SwitchesBeforeOthers = strategy == Strategy.SameCpuFirst };
        foreach (var thread in threads)
        {
            var session = EventSetSession.Create(sets, options);
            _sessions.Add(session);
            session.Attach(Target.Thread(thread));
            session.Start();
        }
    }

    public void Stop()
    {
        foreach (var session in _sessions)
        {
            if (session.Notice is { } notice)
            {
                throw new InvalidOperationException(notice);
            }

            session.Dispose();
        }

        _sessions.Clear();
    }
}
