using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Switches sets when a PMD of the active one has overflowed <c>reg_ovfl_swcnt</c> times: its turn ends there, however late it is told.</summary>
internal sealed class OverflowSwitching : ISwitchPolicy
{
    private readonly SessionEngine _session;
    private readonly ISetOrder _order;
    private readonly List<OverflowWatch> _watched = [];
    private SessionSet? _active;

    public OverflowSwitching(SessionEngine session, ISetOrder order, IReadOnlyList<SessionSet> sets, AttachPoint point, bool beforeOthers)
    {
        _session = session;
        _order = order;
        _active = sets[0];
        try
        {
            foreach (var set in sets)
            {
                foreach (var trigger in set.Counters!.Triggers)
                {
                    var watch = new TriggerWatch(this, set, trigger, beforeOthers);
                    _watched.Add(watch);
                    watch.Watch(session.CpuOf(point));
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Begin(in TurnStart turn) => _active = turn.Set;

    public void CatchUp()
    {
        foreach (var watched in _watched)
        {
            _ = watched.ServeHeld();
        }
    }

    public void Stop()
    {
        // An overflow just before the stop has ended the turn all the same.
    }

    public void Dispose()
    {
        foreach (var watched in _watched)
        {
            watched.Dispose();
        }
    }

    private sealed class TriggerWatch(OverflowSwitching owner, SessionSet set, OverflowTrigger trigger, bool beforeOthers)
        : OverflowWatch(owner._session, beforeOthers)
    {
        protected override int Descriptor => trigger.Descriptor;

        protected override bool TryAct(out int cpu)
        {
            var any = trigger.TryTake(out var overflow);
            cpu = overflow.Cpu;
            if (any && set == owner._active)
            {
                _ = Session.SwitchSet(owner._order, RegisterMask.Of(trigger.Counter.Pmd), overflow.Time);
            }

            return any;
        }
    }
}
