using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// Keeps the books of a group's overflows: which records are overflows of PMDs, what the PMDs go on from, and when the kernel is to overflow next.
/// </summary>
/// <remarks>
/// A PMD of constant period is reloaded by the kernel, and nothing is done between two overflows. Any other next period is told to the kernel while the group is stopped:
/// set on an event that counts, the kernel would bring an overflow at the next event, and use the old period once more.
/// </remarks>
internal sealed class OverflowBook
{
    private readonly SessionSet _set;
    private readonly OverflowRing _ring;
    private readonly IPerfKernel _kernel;
    private readonly Member?[] _members;
    private OverflowRecord _record;
    private OverflowRecord _next;
    private bool _hasNext;

    // How far in the ring the overflows were that are done with: the one that was only looked at comes after it.
    private ulong _done;

    public OverflowBook(IPerfKernel kernel, SessionSet set, OverflowRing ring)
    {
        _kernel = kernel;
        _set = set;
        _ring = ring;
        _members = [.. Group.Counters.Select(counter => counter.TellsOverflows ? new Member() : null)];
        _record = new OverflowRecord(Group.MemberCount);
        _next = new OverflowRecord(Group.MemberCount);
    }

    public SteadyGroup Group => _ring.Group;

    /// <summary>Readable when somebody is to look.</summary>
    public int Descriptor => _ring.Descriptor;

    /// <summary>What <see cref="TryTake"/> took last.</summary>
    public OverflowRecord Record => _record;

    /// <summary>The PMDs that overflowed then.</summary>
    public RegisterMask Pmds { get; private set; }

    /// <summary>Overflows that found no room in the ring.</summary>
    public ulong Lost => _ring.Lost;

    /// <summary>How often the kernel held a counter back because it overflowed too often.</summary>
    public ulong Throttled => _ring.Throttled;

    /// <summary>Periods that were over before the kernel had been told of them.</summary>
    public ulong Late { get; private set; }

    /// <summary>By how many events the latest of them was.</summary>
    public ulong LongestLateness { get; private set; }

    /// <summary>Whether the kernel would overflow at another time than the PMDs.</summary>
    public bool NeedsArming
    {
        get
        {
            for (var i = 0; i < _members.Length; i++)
            {
                if (_members[i] is { } member && !(member.IsKnown && member.At == Register(i).OverflowsAt))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>How far the ring is written: an end for <see cref="TryTake"/>.</summary>
    public ulong Written => _ring.Written;

    /// <summary>Takes the oldest overflow: of several PMDs, where they overflowed together. They stand at what was counted beyond it then.</summary>
    /// <param name="end">How far in the ring to look.</param>
    public bool TryTake(ulong end)
    {
        while (_done < end && TakeRecord())
        {
            var pmds = default(RegisterMask);
            Accept(ref pmds);
            while (PeekRecord() && _record.IsTogetherWith(_next))
            {
                _ = TakeRecord();
                Accept(ref pmds);
            }

            if (!pmds.IsEmpty)
            {
                Pmds = pmds;
                return true;
            }
        }

        return false;
    }

    /// <summary>A PMD's value at the overflow.</summary>
    public ulong ValueOf(int pmd) => _set.Registers.Pmd(pmd)?.ValueAt(CountOf(pmd)) ?? 0;

    /// <summary>Lets a PMD go on from <paramref name="value"/>, as of the overflow.</summary>
    public void Reset(int pmd, ulong value)
    {
        var register = _set.Registers.UsePmd(pmd);
        var count = CountOf(pmd);

        // The kernel reloads a period from where it was over, however late that is told. So does the PMD then, and no event is between two periods. Where the ring had no
        // room for some overflows they are passed over.
        var period = unchecked(0 - value);
        var reloaded = Pmds.Contains(pmd) && MemberOf(pmd) is { IsKnown: true } member && member.Period == period && count - member.Began <= register.Value ? member : null;
        register.Write(value, reloaded?.Began ?? count);
    }

    /// <summary>A turn of the set begins, which ends after the <c>reg_ovfl_swcnt</c>-th overflow of a PMD.</summary>
    public void BeginTurn()
    {
        for (var i = 0; i < _members.Length; i++)
        {
            if (_members[i] is { } member)
            {
                member.UntilSwitch = Register(i).Attributes!.OverflowSwitchCount;
            }
        }
    }

    /// <summary>Counts overflows. Whether they end the set's turn.</summary>
    public bool CountTurn(int pmd) => MemberOf(pmd) is { UntilSwitch: > 0 } member && --member.UntilSwitch == 0;

    /// <summary>Tells the kernel when its counters are to overflow. The group is stopped, and was read.</summary>
    public KernelResult Arm()
    {
        for (var i = 0; i < _members.Length; i++)
        {
            var at = _members[i] is null ? 0 : Register(i).OverflowsAt;
            if (_members[i] is not { } member || (member.IsKnown && member.At == at))
            {
                continue;
            }

            var count = _set.KernelCount(Group.Counters[i].Pmd);
            // The kernel takes 1 to 2⁶³-1. Nothing happens 2⁶³ times.
            var period = at <= count ? 1 : Math.Min(at - count, long.MaxValue);
            var result = _kernel.Ioctl(Group.Descriptor(i), PerfEventIoctl.Period, ref period);
            if (result.Failed)
            {
                return result;
            }

            member.Period = period;
            member.At = at == ulong.MaxValue ? at : count + period;
            member.IsKnown = true;
        }

        return KernelResult.Success;
    }

    /// <summary>What is in the ring came after the counters were frozen, and the kernel's counters are ahead of what counts.</summary>
    public void Forget()
    {
        _hasNext = false;
        while (_ring.TryTake(_next))
        {
        }

        _done = _ring.Taken;

        foreach (var member in _members)
        {
            if (member is not null)
            {
                member.IsKnown = false;
            }
        }
    }

    // Whether the record is an overflow of the PMD, which then has wrapped. A new period can bring a record of its own, and a PMD that was written or reset meanwhile
    // has not overflowed.
    private void Accept(ref RegisterMask pmds)
    {
        if (_record.Member < 0 || _members[_record.Member] is not { } member)
        {
            return;
        }

        var counter = Group.Counters[_record.Member];
        var register = Register(_record.Member);
        var count = Group.CountIn(_record.Read, _record.Member);

        // A clock's timer may be early by what two clocks differ, and skips periods when it is late.
        var slack = counter.IsClock && register.OverflowsAt != ulong.MaxValue ? unchecked(0 - register.Value) / 4 : 0;
        if (!register.HasOverflowedAt(count + slack))
        {
            return;
        }

        var at = register.OverflowsAt;
        if (!counter.IsClock && count > at && !(member.IsKnown && member.At == at))
        {
            Late++;
            LongestLateness = Math.Max(LongestLateness, count - at);
        }

        register.Wrap(count, counter.IsClock ? 0 : count - at);
        if (counter.IsClock)
        {
            member.At = count + member.Period;
        }
        else if (member.IsKnown && member.At <= count)
        {
            member.At += (((count - member.At) / member.Period) + 1) * member.Period;
        }

        pmds.Add(counter.Pmd);
    }

    private PmdRegister Register(int member) => _set.Registers.Pmd(Group.Counters[member].Pmd)!;

    // What the kernel had counted for a PMD at the overflow. One of another group, which no mask may name, has its own.
    private ulong CountOf(int pmd)
    {
        var index = IndexOf(pmd);
        return index < 0 ? _set.KernelCount(pmd) : Group.CountIn(_record.Read, index);
    }

    private Member? MemberOf(int pmd) => IndexOf(pmd) is >= 0 and var index ? _members[index] : null;

    private int IndexOf(int pmd)
    {
        for (var i = 0; i < Group.Counters.Count; i++)
        {
            if (Group.Counters[i].Pmd == pmd)
            {
                return i;
            }
        }

        return -1;
    }

    private bool PeekRecord() => _hasNext || (_hasNext = _ring.TryTake(_next));

    private bool TakeRecord()
    {
        if (!PeekRecord())
        {
            return false;
        }

        (_record, _next) = (_next, _record);
        _hasNext = false;
        _done = _ring.Taken;
        return true;
    }

    // What the kernel was told of a counter: its period, and the count at which it is over.
    private sealed class Member
    {
        public ulong Period { get; set; }

        public ulong At { get; set; }

        /// <summary>The kernel's count at which its period began that ends <see cref="At"/>.</summary>
        public ulong Began => At - Period;

        public bool IsKnown { get; set; }

        // Overflows until the set's turn ends; 0 where they do not end it.
        public ulong UntilSwitch { get; set; }
    }
}
