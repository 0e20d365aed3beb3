using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Filters;

public sealed partial class ArmEventFilter
{
    /// <summary>Whether the filter lets a guest whose PMU has <paramref name="eventSpace"/> count <paramref name="guestEvent"/>, and why.</summary>
    /// <exception cref="PerfmonException">The event is not Arm's or beyond the event space, or the filter is.</exception>
    public FilterDecision Decide(GuestEvent guestEvent, ArmEventSpace eventSpace)
    {
        var number = NumberOf(guestEvent, eventSpace);
        if (IsUnfiltered(number))
        {
            return new FilterDecision(true, $"{guestEvent} is {NameOf(number)}, which the kernel does not filter.");
        }

        var index = LastRange(number);
        var cycles = number == CpuCycles ? " The cycle counter is decided with it." : "";
        if (index < 0)
        {
            var because = $"No range has {guestEvent}, and the first range ({_ranges[0]}) makes {FilterWords.Name(Default)} the default.{cycles}";
            return new FilterDecision(Default == FilterAction.Allow, because);
        }

        var last = index < _ranges.Length - 1 ? "the last that has it" : "the last";
        return new FilterDecision(
            _ranges[index].Action == FilterAction.Allow, $"Range {index} ({_ranges[index]}) has {guestEvent}, and is {last}.{cycles}") { Entry = index };
    }

    /// <summary>As <see cref="Decide"/>, without the reasons.</summary>
    /// <exception cref="PerfmonException">As of <see cref="Decide"/>.</exception>
    public bool Allows(GuestEvent guestEvent, ArmEventSpace eventSpace)
    {
        var number = NumberOf(guestEvent, eventSpace);
        return IsUnfiltered(number) || Marks(number);
    }

    // The kernel's: eventsel == ARMV8_PMUV3_PERFCTR_SW_INCR || eventsel == ARMV8_PMUV3_PERFCTR_CHAIN returns before it looks at the filter.
    internal static bool IsUnfiltered(int number) => number is SoftwareIncrement or Chain;

    /// <summary>The name of an event that the kernel does not filter.</summary>
    internal static string NameOf(int unfiltered) => unfiltered == Chain ? "CHAIN" : "SW_INCR";

    /// <summary>The event's bit in the kernel's map of allowed events, which also clears bits of the guest's PMCEID registers.</summary>
    internal bool Marks(int number) => (LastRange(number) is >= 0 and var index ? _ranges[index].Action : Default) == FilterAction.Allow;

    private int LastRange(int number)
    {
        var index = _ranges.Length - 1;
        while (index >= 0 && !_ranges[index].Contains(number))
        {
            index--;
        }

        return index;
    }

    private int NumberOf(GuestEvent guestEvent, ArmEventSpace eventSpace)
    {
        if (guestEvent.Kind != GuestEventKind.Arm)
        {
            throw FilterErrors.X86Event(guestEvent);
        }

        ThrowIfBeyond(eventSpace);
        return guestEvent.Number < (int)eventSpace ? guestEvent.Number : throw ArmFilterErrors.NoSuchEvent(guestEvent, eventSpace);
    }

    private void ThrowIfBeyond(ArmEventSpace eventSpace)
    {
        if (Space > eventSpace)
        {
            var index = Array.FindIndex(_ranges, range => range.Last >= (int)eventSpace);
            throw ArmFilterErrors.Range(index, _ranges[index], Problem(_ranges[index], eventSpace)!);
        }
    }
}
