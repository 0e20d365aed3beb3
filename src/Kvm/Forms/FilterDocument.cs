using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Forms;

/// <summary>
/// What a filter's text says, whatever its form: the events with their actions, and where each stands. <see cref="ToX86"/> and <see cref="ToArm"/> make a filter of
/// it that can be asked and applied, <see cref="To"/> writes it in another form.
/// </summary>
public sealed class FilterDocument
{
    internal FilterDocument(FilterForm form, string? id, GuestArchitecture? guest)
    {
        Form = form;
        Id = id;
        Guest = guest;
    }

    /// <summary>The form that the text is written in.</summary>
    public FilterForm Form { get; }

    /// <summary>The id of the object, or of the first one; null in forms without objects.</summary>
    public string? Id { get; }

    /// <summary>
    /// Whose guests the filter is for, by its form, by the option that uses it, or by what is in it; null for an object of raw codes alone that no option uses: it can
    /// be for either.
    /// </summary>
    public GuestArchitecture? Guest { get; }

    /// <summary>The events, in the order of the text; none where there are <see cref="Ranges"/>.</summary>
    public IReadOnlyList<FilterEntry> Entries { get; internal init; } = [];

    /// <summary>The fixed counters; null where the text says nothing of them, which is bitmap 0.</summary>
    public FixedCounterEntry? FixedCounters { get; internal init; }

    /// <summary>The ranges of a form for Arm, in the order of the text.</summary>
    public IReadOnlyList<ArmRangeEntry> Ranges { get; internal init; } = [];

    /// <summary>What the text has that its program would not take, or that the kernel would drop, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    /// <summary>The filter for x86 guests.</summary>
    /// <exception cref="PerfmonException">
    /// It is for Arm guests; or actions differ, which the message names; or the kernel would refuse it: <see cref="PmuEventFilter.Create"/>.
    /// </exception>
    public PmuEventFilter ToX86()
    {
        if (Guest == GuestArchitecture.Arm)
        {
            throw TranslationErrors.ArmToX86();
        }

        var action = FixedCounters?.Action ?? Entries[0].Action;
        var (first, place) = FixedCounters is null ? ($"{Entries[0].Event}", Entries[0].Place) : ("the fixed counters", FixedCounters.Place);
        return Entries.FirstOrDefault(entry => entry.Action != action) is { } other
            ? throw TranslationErrors.MixedActions(first, place, other)
            : PmuEventFilter.Create(action, Entries.Select(entry => entry.Event), FixedCounters?.Bitmap ?? 0, keepDropped: true);
    }

    /// <summary>
    /// The filter for Arm guests: each code is an event's number, codes that follow each other with one action are one range. The first decides about all that
    /// none has.
    /// </summary>
    /// <exception cref="PerfmonException">It is for x86 guests; or has what Arm has not: fixed counters, select and umask, a code above 0xffff.</exception>
    public ArmEventFilter ToArm()
    {
        if (Ranges.Count > 0)
        {
            return ArmEventFilter.Create(Ranges.Select(entry => entry.Range));
        }

        if (FixedCounters is not null)
        {
            throw TranslationErrors.FixedCountersOnArm(FixedCounters);
        }

        if (Entries.FirstOrDefault(entry => entry.Event is not RawEvent { Code: <= ushort.MaxValue }) is { } other)
        {
            throw TranslationErrors.NoArmEvent(other);
        }

        if (Guest == GuestArchitecture.X86)
        {
            throw TranslationErrors.X86ToArm();
        }

        var ranges = new List<ArmEventRange>();
        foreach (var entry in Entries)
        {
            var number = (ushort)((RawEvent)entry.Event).Code;
            if (ranges is [.., var last] && last.Action == entry.Action && last.Last + 1 == number && last.Count < ushort.MaxValue)
            {
                ranges[^1] = last with { Last = number };
            }
            else
            {
                ranges.Add(new ArmEventRange(entry.Action, number, number));
            }
        }

        return ArmEventFilter.Create(ranges);
    }

    /// <summary>The filter in another form, or the same.</summary>
    /// <param name="form">The form.</param>
    /// <param name="guest">Whose guests it is for; null: those of the form, or of <see cref="Guest"/>, or x86's.</param>
    /// <param name="raw">Whether masked entries are written as raw ones: <see cref="PmuEventFilter.WithEncoding"/>.</param>
    /// <exception cref="PerfmonException">The form cannot express it; the message says what of it.</exception>
    public WrittenFilter To(FilterForm form, GuestArchitecture? guest = null, bool raw = false)
    {
        ArgumentNullException.ThrowIfNull(form);
        var id = Id ?? FilterForm.DefaultId;
        return (form.Guest ?? guest ?? Guest ?? GuestArchitecture.X86) == GuestArchitecture.Arm ? form.Write(ToArm(), id)
            : form.Write(raw ? ToX86().WithEncoding(FilterEncoding.Raw) : ToX86(), id);
    }
}
