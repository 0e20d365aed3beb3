using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Forms;

/// <summary>Why a filter cannot be had in another form, one a method.</summary>
internal static class TranslationErrors
{
    public static PerfmonException ArmToX86() => Refusal(
        "Cannot make a filter for x86 guests of it.",
        "It is for Arm guests: its events are numbers, and x86's are selects and umasks.",
        $"The forms for Arm guests are {Names(GuestArchitecture.Arm)}.");

    public static PerfmonException X86ToArm() => Refusal(
        "Cannot make a filter for Arm guests of it.",
        "It is for x86 guests: its codes are selects and umasks, and Arm's are event numbers.",
        $"The forms for x86 guests are {Names(GuestArchitecture.X86)}.");

    public static PerfmonException WrongGuest(FilterForm form, GuestArchitecture guest) => Refusal(
        $"Cannot write the filter as {form.Name}.",
        guest == GuestArchitecture.X86
            ? $"It is for x86 guests: its events are selects and umasks, and {form.Name} has Arm's event numbers."
            : $"It is for Arm guests: its events are numbers, and {form.Name} has x86's selects and umasks.",
        $"The forms for {guest switch { GuestArchitecture.X86 => "x86", _ => "Arm" }} guests are {Names(guest)}.");

    public static PerfmonException MixedActions(string first, TextPlace firstPlace, FilterEntry second) => Refusal(
        "Cannot make a filter for x86 guests of it.",
        $"Its actions differ: {Word(Other(second.Action))} for {first} ({firstPlace}), {Word(second.Action)} for {second.Event} ({second.Place}). "
        + "KVM has one action for a whole filter of x86.",
        "Give all of them one action; Arm guests can have both.");

    public static PerfmonException MixedRanges(FilterForm form, ArmEventFilter filter)
    {
        var second = filter.Ranges.First(range => range.Action != filter.Ranges[0].Action);
        return Refusal(
            $"Cannot write the filter as {form.Name}.",
            $"Its actions differ: {filter.Ranges[0]}, {second}. {form.Name} has one action for a whole filter.",
            $"The forms with an action for each event are {string.Join(", ", FilterForm.All.Where(one => one.HasActions).Select(one => one.Name))}.");
    }

    public static PerfmonException FixedCountersOnArm(FixedCounterEntry fixedCounters) => Refusal(
        "Cannot make a filter for Arm guests of it.",
        $"It has fixed counters at {fixedCounters.Place}, which Arm's PMU has not.",
        "Arm's cycle counter is event 0x11.");

    public static PerfmonException NoArmEvent(FilterEntry entry) => Refusal(
        "Cannot make a filter for Arm guests of it.",
        $"{entry.Event} at {entry.Place} is no event of Arm.",
        "An event of Arm is a raw code from 0 to 0xffff.");

    public static PerfmonException TooManyArmEvents(FilterForm form, int count) => Refusal(
        $"Cannot write the filter as {form.Name}.",
        $"That form has an entry for each event, and the ranges have {count}: more than {PmuEventFilter.MostEvents}.",
        $"The forms with ranges are {string.Join(", ", FilterForm.All.Where(one => one.HasRanges).Select(one => one.Name))}.");

    public static PerfmonException EmptyToQemu(FilterForm form) => Refusal(
        $"Cannot write the filter as {form.Name}.",
        $"It lists no event and no fixed counter, which QEMU refuses as empty in that form.",
        "To deny everything or allow everything, list something that no guest counts.");

    public static string Word(FilterAction action) => action == FilterAction.Allow ? "allow" : "deny";

    private static FilterAction Other(FilterAction action) => action == FilterAction.Allow ? FilterAction.Deny : FilterAction.Allow;

    private static string Names(GuestArchitecture guest) =>
        string.Join(", ", FilterForm.All.Where(form => form.Guest is null || form.Guest == guest).Select(form => form.Name));

    private static PerfmonException Refusal(string what, string why, string cure) => new(PerfmonReason.InvalidRequest, $"{what}\n{why}\n{cure}");
}
