using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Kvm.Filters;

/// <summary>The refusals of filters, one a method, with the errno that the kernel would answer.</summary>
internal static class FilterErrors
{
    public static PerfmonException NotForArm() => new(
        PerfmonReason.InvalidRequest, "Arm machines have no filter of selects and umasks: theirs is of ranges of event numbers (ArmEventFilter).");

    public static PerfmonException ArmEvent(GuestEvent guestEvent) => new(
        PerfmonReason.InvalidRequest,
        $"{guestEvent} is an Arm event, and the filter is for x86 guests. An x86 event is SELECT/UMASK, as in 0xd0/0x81, or fixed:N.");

    public static PerfmonException X86Event(GuestEvent guestEvent) => new(
        PerfmonReason.InvalidRequest, $"{guestEvent} is an x86 event, and the filter is for Arm guests. An Arm event is one number, as in 0x11.");

    public static PerfmonException SelectBeyond(GuestEvent guestEvent, CpuVendor vendor) => new(
        PerfmonReason.InvalidRequest,
        $"A guest cannot ask for {guestEvent}: event selects of {FilterWords.Name(vendor)} machines end at {FilterWords.Hex(EntryBits.LastSelect(vendor))}.");

    public static PerfmonException NoSuchAction(uint action) => new(
        PerfmonReason.InvalidRequest, $"There is no filter action {action}: it is 0 (allow) or 1 (deny).", (int)Errno.EINVAL);

    public static PerfmonException TooManyEvents(int count) => new(
        PerfmonReason.LimitReached,
        $"""
        Cannot make a filter of {count} entries.
        The kernel takes at most {PmuEventFilter.MostEvents} (E2BIG).
        A masked entry lists many umasks of a select at once; Normalise() folds what can be.
        """,
        (int)Errno.E2BIG);

    public static PerfmonException NotExpressible(FilterAction action, ListedEvents listed, int entries)
    {
        var most = listed.Selects.MaxBy(select => SelectEntries.Of(select.Value).Count);
        return new PerfmonException(
            PerfmonReason.LimitReached,
            $"""
            Cannot {FilterWords.Name(action)} {listed.Count} events of {listed.Selects.Count()} selects in one filter.
            That takes {entries} masked entries, and the kernel takes at most {PmuEventFilter.MostEvents} (E2BIG); select {FilterWords.Hex(most.Key)} alone takes {SelectEntries.Of(most.Value).Count}.
            List fewer events, or whole selects.
            """,
            (int)Errno.E2BIG);
    }

    public static PerfmonException MixedKinds(FilterEvent[] events, int index) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot make a filter of {FilterWords.Entry(0, events[0])} and {FilterWords.Entry(index, events[index])}.
        One of them is masked and the other is not, and the kernel has one encoding for a whole filter.
        {Advice(events[index].Encoding == FilterEncoding.Masked ? events[0] : events[index])}
        """);

    public static PerfmonException Entry(int index, FilterEvent entry, string problem) => new(
        PerfmonReason.InvalidRequest, $"Cannot make a filter with {FilterWords.Entry(index, entry)}.\n{problem}", (int)Errno.EINVAL);

    public static PerfmonException ImpossibleBits(int index, FilterEvent entry, FilterEncoding encoding, ulong bits, CpuVendor? vendor) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot make a filter with {FilterWords.Entry(index, entry)}.
        {FilterWords.MeanNothing(bits, encoding, vendor)}
        {(encoding == FilterEncoding.Masked ? "The kernel refuses the filter (EINVAL)." : "The kernel would take the filter and drop the entry.")}
        """,
        encoding == FilterEncoding.Masked ? (int)Errno.EINVAL : 0);

    public static PerfmonException NoMaskedEntry(ulong code, ulong bits) => new(
        PerfmonReason.InvalidRequest,
        $"0x{code:x16} is no masked entry. {FilterWords.MeanNothing(bits, FilterEncoding.Masked, vendor: null)}",
        (int)Errno.EINVAL);

    public static PerfmonException NotEncodable(FilterEvent entry, FilterEncoding encoding, string problem) => new(
        PerfmonReason.InvalidRequest, $"Cannot write {entry} in the {(encoding == FilterEncoding.Raw ? "raw" : "masked")} encoding.\n{problem}");

    public static PerfmonException Refused(KernelAnswer answer) => new(
        answer.Errno == (int)Errno.E2BIG ? PerfmonReason.LimitReached : PerfmonReason.InvalidRequest,
        $"The bytes are no filter.\n{answer.Because}\nKVM_SET_PMU_EVENT_FILTER answers {(Errno)answer.Errno}.",
        answer.Errno);

    public static PerfmonException BytesLeftOver(int length, int given) => new(
        PerfmonReason.InvalidRequest, $"The bytes are no filter: it ends at byte {length}, and {given - length} more follow.");

    private static string Advice(FilterEvent plain) => plain.As(FilterEncoding.Masked) is MaskedEvent masked
        ? $"Write {plain} as masked: select {FilterWords.Hex(masked.Select)}, match {FilterWords.Hex(masked.Match)}, mask 0xff."
        : $"{plain} lists no event: leave it out.";
}
