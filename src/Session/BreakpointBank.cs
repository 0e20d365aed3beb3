using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// The breakpoint slots that the sets of a session share at one attach point. An open breakpoint holds a slot even while it is disabled, so sets with breakpoints of their
/// own would need more than there are: instead as many are opened as the largest set has, and each set aims them anew when its turn comes
/// (<c>PERF_EVENT_IOC_MODIFY_ATTRIBUTES</c>), as perfmon wrote the debug registers.
/// </summary>
internal sealed class BreakpointBank(IPerfKernel kernel, CounterMode mode, EventGroup slots)
{
    // What each slot is aimed at; null while it is off.
    private readonly EventSelection?[] _aims = [.. slots.Counters.Select(counter => (EventSelection?)counter.Selection)];
    private readonly CountTotal[] _totals = new CountTotal[slots.MemberCount];
    private readonly byte[] _buffer = new byte[EventGroup.ReadSize(slots.MemberCount)];
    private int _users;

    /// <summary>What its breakpoints have in common.</summary>
    public EventSelection Key { get; } = KeyOf(slots.Counters[0]);

    /// <summary>How many slots it holds.</summary>
    public int Size => slots.MemberCount;

    /// <summary>Whom or what it counts.</summary>
    public AttachPoint Point => slots.Point;

    public bool IsSteady => slots.IsSteady;

    /// <summary>Whether it is closed: nobody uses it any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>What each slot has counted since it was opened, as of the last <see cref="Read"/>.</summary>
    public ReadOnlySpan<CountTotal> Totals => _totals;

    /// <summary>What breakpoints on one bank have in common: all that cannot be changed of an open one.</summary>
    public static EventSelection KeyOf(PlannedCounter counter) =>
        counter.Selection with { Breakpoint = default, Config1 = 0, Config2 = 0 };

    /// <summary>The slots' counters, for a bank that holds as many as the largest of some sets and is aimed at the first of them.</summary>
    public static IReadOnlyList<PlannedCounter> SlotsFor(IReadOnlyList<IReadOnlyList<PlannedCounter>> sets)
    {
        var largest = sets.MaxBy(set => set.Count)!;
        return [.. sets[0].Concat(largest.Skip(sets[0].Count)).Select((counter, slot) => counter with { Index = slot })];
    }

    /// <summary>A set's view of it. The bank closes with the last of these.</summary>
    public ReloadedGroup Share(IReadOnlyList<PlannedCounter> counters)
    {
        _users++;
        return new ReloadedGroup(kernel, counters, this) { Point = Point };
    }

    /// <summary>Aims the slots at <paramref name="counters"/>; what is left of them is off.</summary>
    public KernelResult Load(IReadOnlyList<PlannedCounter> counters)
    {
        for (var slot = 0; slot < _aims.Length; slot++)
        {
            var aim = slot < counters.Count ? counters[slot].Selection : (EventSelection?)null;
            if (aim == _aims[slot])
            {
                continue;
            }

            // The kernel has taken enable_on_exec off by now, and refuses an attr that differs in more than the aim.
            var attr = EventAttr.Of(aim ?? slots.Counters[slot].Selection, mode, isLeader: slot == 0);
            attr.Flags &= ~PerfEventAttrFlags.EnableOnExec;
            var isOff = aim is null || (slot == 0 && mode.Opening == CounterOpening.Stopped);
            attr.Flags = isOff ? attr.Flags | PerfEventAttrFlags.Disabled : attr.Flags & ~PerfEventAttrFlags.Disabled;
            var result = kernel.ModifyAttributes(slots.Descriptor(slot), ref attr);
            if (result.Failed)
            {
                return result;
            }

            _aims[slot] = aim;
        }

        return KernelResult.Success;
    }

    public KernelResult Enable() => slots.Enable(_buffer);

    public KernelResult Disable() => slots.Disable(_buffer);

    /// <summary>Reads what each slot has counted into <see cref="Totals"/>.</summary>
    public KernelResult Read()
    {
        Array.Clear(_totals);
        return slots.AddTo(_buffer, _totals);
    }

    /// <summary>A set needs it no more.</summary>
    public void Leave()
    {
        if (--_users == 0)
        {
            IsClosed = true;
            slots.Dispose();
        }
    }
}
