using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Filters;

public sealed partial class ArmEventFilter
{
    /// <summary>Whether the filter lets a guest whose PMU has <paramref name="eventSpace"/> count <paramref name="guestEvent"/>, and why.</summary>
    /// <exception cref="PerfmonException">The event is not Arm's or beyond the event space, or the filter is.</exception>
    public FilterDecision Decide(GuestEvent guestEvent, ArmEventSpace eventSpace)
    {
        var number = guestEvent.Kind == GuestEventKind.Arm ? guestEvent.Number : throw FilterErrors.X86Event(guestEvent);
        ThrowIfBeyond(eventSpace);
        if (number >= (int)eventSpace)
        {
            throw ArmFilterErrors.NoSuchEvent(guestEvent, eventSpace);
        }

        if (number is SoftwareIncrement or Chain)
        {
            return new FilterDecision(true, $"{guestEvent} is {(number == Chain ? "CHAIN" : "SW_INCR")}, which the kernel does not filter.");
        }

        var index = Array.FindLastIndex(_ranges, range => range.Contains(number));
        var cycles = number == CpuCycles ? " The cycle counter is decided with it." : "";
        if (index < 0)
        {
            var because = $"No range has {guestEvent}, and the first range ({_ranges[0]}) makes {FilterText.Name(Default)} the default.{cycles}";
            return new FilterDecision(Default == FilterAction.Allow, because);
        }

        var last = index < _ranges.Length - 1 ? "the last that has it" : "the last";
        return new FilterDecision(
            _ranges[index].Action == FilterAction.Allow, $"Range {index} ({_ranges[index]}) has {guestEvent}, and is {last}.{cycles}") { Entry = index };
    }

    /// <summary>As <see cref="Decide"/>, without the reasons.</summary>
    /// <exception cref="PerfmonException">As of <see cref="Decide"/>.</exception>
    public bool Allows(GuestEvent guestEvent, ArmEventSpace eventSpace) => Decide(guestEvent, eventSpace).Allowed;

    private void ThrowIfBeyond(ArmEventSpace eventSpace)
    {
        var index = Array.FindIndex(_ranges, range => Problem(range, eventSpace) is not null);
        if (index >= 0)
        {
            throw ArmFilterErrors.Range(index, _ranges[index], Problem(_ranges[index], eventSpace)!);
        }
    }
}
