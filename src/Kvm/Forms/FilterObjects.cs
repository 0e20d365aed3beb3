using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>What QEMU's filter objects have in common: their types, actions, event formats, and the members of an event.</summary>
internal static class FilterObjects
{
    public const string EventType = "kvm-pmu-event";
    public const string ListType = "kvm-pmu-event-list";
    public const string CounterType = "kvm-pmu-counter";
    public const string FilterType = "kvm-pmu-filter";

    public const string TypeKey = FilterSource.TypeKey;
    public const string IdKey = "id";
    public const string ActionKey = "action";
    public const string FormatKey = "format";
    public const string EventsKey = "events";
    public const string CodeKey = "code";
    public const string SelectKey = "select";
    public const string UmaskKey = "umask";
    public const string MatchKey = "match";
    public const string MaskKey = "mask";
    public const string ExcludeKey = "exclude";
    public const string BitmapKey = "bitmap";

    public const string Raw = "raw";
    public const string Default = "x86-default";
    public const string SelectUmask = "x86-select-umask";
    public const string Masked = "x86-masked-entry";

    // QEMU's own check: QAPI has no type of 12 bits.
    private const ushort MostSelect = 4095;

    public static IReadOnlyList<string> Types { get; } = [EventType, ListType, CounterType, FilterType];

    private static readonly string[] s_actions = ["allow", "deny"];

    /// <summary>The id, as QEMU takes ids: a letter, then letters, digits, '-', '.' and '_'.</summary>
    public static string ReadId(ObjectFields fields)
    {
        var node = fields.Required(IdKey);
        var id = ObjectFields.TextOf(node);
        return id is [var first, ..] && char.IsAsciiLetter(first) && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_')
            ? id
            : throw FilterError.At(node.Place, $"id is {FilterError.Quote(id)}", "QEMU's ids are a letter, then letters, digits, '-', '.' and '_'.");
    }

    public static FilterAction ReadAction(PropertyNode node) => ObjectFields.Choice(node, s_actions) == s_actions[0] ? FilterAction.Allow : FilterAction.Deny;

    public static string ReadFormat(PropertyNode node) => ObjectFields.Choice(node, Raw, Default, SelectUmask, Masked);

    /// <summary>The event in <paramref name="node"/> of the format that it names itself. Beside it and the format's keys it may have <paramref name="others"/>.</summary>
    public static FilterEvent ReadFormattedEvent(PropertyObject node, ulong mostUmask, params IReadOnlyCollection<string> others)
    {
        // Without a format, a key that none has is told first: it may be the format's own, misspelt.
        var format = node.Find(FormatKey)
            ?? ObjectFields.Of(node, [.. others, FormatKey, CodeKey, SelectKey, UmaskKey, MatchKey, MaskKey, ExcludeKey]).Required(FormatKey);
        return ReadEvent(node, ReadFormat(format), mostUmask, [.. others, FormatKey]);
    }

    /// <summary>The event in <paramref name="node"/>, which may have the keys <paramref name="others"/> beside those of its format.</summary>
    public static FilterEvent ReadEvent(PropertyObject node, string format, ulong mostUmask, params IReadOnlyCollection<string> others)
    {
        switch (format)
        {
            case Raw:
                return new RawEvent(ObjectFields.Of(node, [.. others, CodeKey]).Number(CodeKey, ulong.MaxValue));
            case Masked:
                var masked = ObjectFields.Of(node, [.. others, SelectKey, MatchKey, MaskKey, ExcludeKey]);
                return new MaskedEvent(
                    Select(masked), (byte)masked.Number(MatchKey, byte.MaxValue), (byte)masked.Number(MaskKey, byte.MaxValue), masked.Flag(ExcludeKey));
            default:
                var plain = ObjectFields.Of(node, [.. others, SelectKey, UmaskKey]);
                return new SelectUmaskEvent(Select(plain), (ushort)plain.Number(UmaskKey, mostUmask));
        }
    }

    public static uint ReadBitmap(PropertyNode node) => (uint)ObjectFields.Number(node, uint.MaxValue);

    /// <summary>Refuses what no form has: masked entries among others, and an object that lists nothing.</summary>
    public static void Check(PropertyObject first, IReadOnlyList<FilterEntry> entries, bool isEmpty)
    {
        if (isEmpty)
        {
            throw FilterError.At(
                first.Place, "the filter is empty", "QEMU refuses that: list an event or a fixed counter. No filter at all allows everything.");
        }

        var masked = entries.FirstOrDefault(entry => entry.Event is MaskedEvent);
        if (masked is not null && entries.FirstOrDefault(entry => entry.Event is not MaskedEvent) is { } other)
        {
            throw FilterError.At(
                other.Place, $"{other.Event} stands among masked entries", $"KVM has one encoding for a whole filter: make it a masked entry, as at {masked.Place}, or none.");
        }
    }

    /// <summary>Whose guests the filter is for; null where it can be for either.</summary>
    public static GuestArchitecture? GuestOf(IEnumerable<FilterUse> uses, IReadOnlyList<FilterEntry> entries, FixedCounterEntry? fixedCounters) =>
        uses.FirstOrDefault() is { } use ? use.Guest
        : fixedCounters is not null || entries.Any(entry => entry.Event is not RawEvent { Code: <= ushort.MaxValue }) ? GuestArchitecture.X86
        : null;

    /// <summary>What the kernel would take and drop.</summary>
    public static IEnumerable<string> Notes(IEnumerable<FilterEntry> entries) =>
        from entry in entries
        where entry.Event is RawEvent { SelectUmask: null }
        select $"{entry.Event} ({entry.Place}) has bits that are neither select nor umask: KVM takes the filter of an x86 guest and drops the entry.";

    private static ushort Select(ObjectFields fields) => (ushort)fields.Number(SelectKey, MostSelect);
}
