using System.Text.Json;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms.Syntax;
using static Perfmon.Kvm.Forms.FilterObjects;

namespace Perfmon.Kvm.Forms;

/// <summary>
/// The one object <c>kvm-pmu-filter</c> of July 2024 and after. Its forms are told apart by where the action stands and how numbers are written, and read alike: what one of
/// them has is understood in the others.
/// </summary>
internal abstract class FilterObjectForm : FilterForm
{
    private const string FixedKey = "x86-fixed-counter";

    private protected FilterObjectForm(string name, string description)
        : base(name, description)
    {
    }

    /// <summary>What select and umask are called.</summary>
    private protected abstract string SelectUmaskFormat { get; }

    /// <summary>Whether numbers are texts.</summary>
    private protected abstract bool HasTexts { get; }

    public override WrittenFilter Write(PmuEventFilter filter, string id = DefaultId)
    {
        if (filter.Events.Count == 0 && filter.FixedCounters == 0 && IsEmptyWithZeroBitmap)
        {
            throw TranslationErrors.EmptyToQemu(this);
        }

        return Written([.. filter.Events.Select(entry => (entry, filter.Action))], filter.Action, filter.FixedCounters, id, GuestArchitecture.X86);
    }

    public override WrittenFilter Write(ArmEventFilter filter, string id = DefaultId)
    {
        if (!HasActions && filter.Ranges.Any(range => range.Action != filter.Ranges[0].Action))
        {
            throw TranslationErrors.MixedRanges(this, filter);
        }

        var events = ObjectWriter.Events(this, filter).Select(one => ((FilterEvent)one.Event, one.Action));
        return Written([.. events], filter.Ranges[0].Action, null, id, GuestArchitecture.Arm);
    }

    /// <summary>Whether a bitmap of 0 counts as none.</summary>
    private protected virtual bool IsEmptyWithZeroBitmap => false;

    internal override bool Claims(FilterSource source) =>
        source.Objects.Count > 0 && source.Objects.All(node => FilterSource.TypeOf(node) == FilterType) && IsLike(Select(source));

    /// <summary>Whether the object is of this form rather than another of these.</summary>
    private protected abstract bool IsLike(PropertyObject node);

    internal override FilterDocument Read(FilterSource source)
    {
        var node = Select(source);
        var fields = ObjectFields.Of(node, TypeKey, IdKey, ActionKey, FixedKey, EventsKey);
        var id = ReadId(fields);
        FilterAction? action = node.Find(ActionKey) is { } whole ? ReadAction(whole) : null;
        var fixedCounters = node.Find(FixedKey) is { } counter ? ReadFixedCounters(node, counter, action) : null;
        var entries = fields.Items(EventsKey).Select(item => ReadEntry(node, item, action)).ToList();
        Check(node, entries, entries.Count == 0 && (fixedCounters is null || (fixedCounters.Bitmap == 0 && IsEmptyWithZeroBitmap)));
        return new FilterDocument(this, id, GuestOf(source.Uses.Where(use => use.Id == id), entries, fixedCounters))
        {
            Entries = entries,
            FixedCounters = fixedCounters,
            Notes = [.. source.Notes, .. Notes(entries)],
        };
    }

    private protected static bool HasAction(PropertyObject node) => node.Find(ActionKey) is not null;

    /// <summary>Whether something in it is as in the patch of April 2025 and in no earlier form.</summary>
    private protected static bool IsNewest(PropertyObject node)
    {
        if (node.Find(FixedKey) is PropertyScalar)
        {
            return true;
        }

        var events = node.Find<PropertyList>(EventsKey)?.Items.OfType<PropertyObject>() ?? [];
        return events.Any(entry =>
            entry.Find<PropertyScalar>(FormatKey)?.Text == SelectUmask || entry.Members.Any(member => member is PropertyScalar { Kind: ScalarKind.Number }));
    }

    /// <summary>The object that a machine uses: of several, the one that an option names.</summary>
    private static PropertyObject Select(FilterSource source)
    {
        var named = source.Objects.Where(node => source.Uses.Any(use => node.Find<PropertyScalar>(IdKey)?.Text == use.Id)).ToList();
        if (source.Uses.Count > 0 && named.Count == 0)
        {
            throw FilterError.At(
                source.Uses[0].Place,
                $"no object has the id {FilterError.Quote(source.Uses[0].Id)}",
                "The ids are those after \"id\": name one of them.");
        }

        return (named.Count > 0 ? named : source.Objects) is var choice && choice.Count == 1
            ? choice[0]
            : throw FilterError.At(choice[1].Place, $"a second {FilterType} stands there", "A machine has one: take one out, or add -accel kvm,pmu-filter=ID.");
    }

    private static FixedCounterEntry ReadFixedCounters(PropertyObject node, PropertyNode counter, FilterAction? whole)
    {
        if (counter is not PropertyObject fields)
        {
            return new FixedCounterEntry(ReadBitmap(counter), whole ?? throw FilterError.Missing(node, ActionKey), counter.KeyPlace);
        }

        var bitmap = ObjectFields.Of(fields, ActionKey, BitmapKey).Required(BitmapKey);
        return new FixedCounterEntry(ReadBitmap(bitmap), ActionOf(fields, whole), counter.KeyPlace);
    }

    private static FilterEntry ReadEntry(PropertyObject node, PropertyNode item, FilterAction? whole)
    {
        var entry = item as PropertyObject ?? throw FilterError.WrongKind(item, "an object: an event");
        return new FilterEntry(ReadFormattedEvent(entry, byte.MaxValue, ActionKey), ActionOf(entry, whole), entry.Place);
    }

    /// <summary>Its own action, or that of the whole; where it has both they are the same.</summary>
    private static FilterAction ActionOf(PropertyObject entry, FilterAction? whole)
    {
        if (entry.Find(ActionKey) is not { } node)
        {
            return whole ?? throw FilterError.Missing(entry, ActionKey, "It stands in each event and in x86-fixed-counter, or once for the whole filter.");
        }

        var own = ReadAction(node);
        return whole is null || own == whole ? own : throw FilterError.At(
            node.Place, $"{node.Path} is {TranslationErrors.Word(own)}, and the action of the whole filter {TranslationErrors.Word(whole.Value)}", "Leave it out, or make them the same.");
    }

    private WrittenFilter Written(
        IReadOnlyList<(FilterEvent Event, FilterAction Action)> events, FilterAction action, uint? fixedCounters, string id, GuestArchitecture guest)
    {
        var text = ObjectWriter.Json(json =>
        {
            json.WriteString(TypeKey, FilterType);
            json.WriteString(IdKey, id);
            WriteAction(json, action, isWhole: true);
            if (fixedCounters is { } bitmap)
            {
                WriteFixedCounters(json, action, bitmap);
            }

            if (events.Count > 0)
            {
                json.WriteStartArray(EventsKey);
                foreach (var (entry, own) in events)
                {
                    json.WriteStartObject();
                    WriteAction(json, own, isWhole: false);
                    var (format, members) = ObjectWriter.Members(entry, SelectUmaskFormat);
                    json.WriteString(FormatKey, format);
                    ObjectWriter.WriteMembers(json, members, HasTexts);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        });
        return ObjectWriter.Written(this, [text], id, guest);
    }

    private void WriteAction(Utf8JsonWriter json, FilterAction action, bool isWhole)
    {
        if (isWhole != HasActions)
        {
            json.WriteString(ActionKey, ObjectWriter.Word(action));
        }
    }

    private void WriteFixedCounters(Utf8JsonWriter json, FilterAction action, uint bitmap)
    {
        if (!HasTexts)
        {
            json.WriteNumber(FixedKey, bitmap);
            return;
        }

        json.WriteStartObject(FixedKey);
        WriteAction(json, action, isWhole: false);
        json.WriteString(BitmapKey, $"0x{bitmap:x}");
        json.WriteEndObject();
    }
}
