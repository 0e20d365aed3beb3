using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms.Syntax;
using static Perfmon.Kvm.Forms.FilterObjects;

namespace Perfmon.Kvm.Forms;

/// <summary>
/// The objects that were proposed in May 2024, before the one of July: <c>kvm-pmu-event</c> for an event, <c>kvm-pmu-counter</c> for the fixed counters,
/// <c>kvm-pmu-event-list</c> for events of one format. All that stand in a text are one filter. The proposal leaves open how a machine names several; what
/// is written names the first.
/// </summary>
internal sealed class ObjectsForm : FilterForm
{
    private const string FixedType = "x86-fixed";
    private const string TypeOfCounterKey = "type";

    private readonly bool _isJson;

    public ObjectsForm(bool isJson)
        : base(
            isJson ? "objects-json" : "objects",
            isJson ? "objects kvm-pmu-event-list and kvm-pmu-counter as JSON (May 2024)" : "objects kvm-pmu-event and kvm-pmu-counter as property lists (May 2024)") =>
        _isJson = isJson;

    public override bool HasActions => true;

    public override WrittenFilter Write(PmuEventFilter filter, string id = DefaultId)
    {
        var objects = Events([.. filter.Events.Select(entry => (entry, filter.Action))], id);
        if (filter.FixedCounters != 0 || objects.Count == 0)
        {
            objects.Add(Counter(filter.FixedCounters, filter.Action, objects.Count == 0 ? id : "cnt"));
        }

        return ObjectWriter.Written(this, objects, id, GuestArchitecture.X86);
    }

    public override WrittenFilter Write(ArmEventFilter filter, string id = DefaultId) => ObjectWriter.Written(
        this, Events([.. ObjectWriter.Events(this, filter).Select(one => ((FilterEvent)one.Event, one.Action))], id), id, GuestArchitecture.Arm);

    // JSON, where all of it is: a property list among JSON is taken for the other form.
    internal override bool Claims(FilterSource source) =>
        source.Objects.Any(node => FilterSource.TypeOf(node) != FilterType) && _isJson == source.Objects.All(node => node.IsJson);

    internal override FilterDocument Read(FilterSource source)
    {
        var entries = new List<FilterEntry>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        FixedCounterEntry? counter = null;
        foreach (var node in source.Objects)
        {
            var type = FilterSource.TypeOf(node);
            switch (type)
            {
                case EventType:
                    entries.Add(ReadSingle(node));
                    break;
                case ListType:
                    entries.AddRange(ReadList(node));
                    break;
                case CounterType:
                    counter = counter is null
                        ? ReadCounter(node)
                        : throw FilterError.At(node.Place, "a second kvm-pmu-counter stands there", "Put all fixed counters into one bitmap.");
                    break;
                default:
                    throw FilterError.At(
                        node.Find(TypeKey)!.Place, $"{FilterType} stands among objects of an older form", $"Write all of it as one {FilterType}, or none.");
            }

            var id = ReadId(ObjectFields.Unchecked(node));
            if (!ids.Add(id))
            {
                throw FilterError.At(node.Find(IdKey)!.Place, $"two objects have the id '{id}'", "Give each its own.");
            }
        }

        Check(source.Objects[0], entries, entries.Count == 0 && counter is null);
        return new FilterDocument(this, ReadId(ObjectFields.Unchecked(source.Objects[0])), GuestOf(source.Uses, entries, counter))
        {
            Entries = entries,
            FixedCounters = counter,
            Notes = [.. source.Notes, .. Notes(entries)],
        };
    }

    private static FilterEntry ReadSingle(PropertyObject node)
    {
        var read = ReadFormattedEvent(node, ushort.MaxValue, TypeKey, IdKey, ActionKey);
        return new FilterEntry(read, ReadAction(ObjectFields.Unchecked(node).Required(ActionKey)), node.Place);
    }

    private static IEnumerable<FilterEntry> ReadList(PropertyObject node)
    {
        var fields = ObjectFields.Of(node, TypeKey, IdKey, ActionKey, FormatKey, EventsKey);
        var (action, format) = (ReadAction(fields.Required(ActionKey)), ReadFormat(fields.Required(FormatKey)));
        fields.Required(EventsKey);
        return fields.Items(EventsKey).Select(item => item is PropertyObject entry
            ? new FilterEntry(ReadEvent(entry, format, ushort.MaxValue), action, entry.Place)
            : throw FilterError.WrongKind(item, "an object: an event"));
    }

    private static FixedCounterEntry ReadCounter(PropertyObject node)
    {
        var fields = ObjectFields.Of(node, TypeKey, IdKey, ActionKey, TypeOfCounterKey, BitmapKey);
        fields.Choice(TypeOfCounterKey, FixedType);
        return new FixedCounterEntry(ReadBitmap(fields.Required(BitmapKey)), ReadAction(fields.Required(ActionKey)), node.Place);
    }

    private List<string> Events(IReadOnlyList<(FilterEvent Event, FilterAction Action)> events, string id)
    {
        if (!_isJson)
        {
            return [.. events.Select((one, index) => Event(one.Event, one.Action, Numbered(id, index)))];
        }

        // One format and one action to a list.
        var lists = new List<string>();
        for (var start = 0; start < events.Count;)
        {
            var end = start + 1;
            while (end < events.Count && events[end].Event.GetType() == events[start].Event.GetType() && events[end].Action == events[start].Action)
            {
                end++;
            }

            lists.Add(List([.. events.Skip(start).Take(end - start).Select(one => one.Event)], events[start].Action, Numbered(id, lists.Count)));
            start = end;
        }

        return lists;
    }

    private static string Numbered(string id, int index) => index == 0 ? id : $"{id}.{index}";

    private static string Event(FilterEvent entry, FilterAction action, string id)
    {
        var (format, members) = ObjectWriter.Members(entry, Default);
        var values = members.Select(member => $"{member.Key}={(member.Value is ulong number ? ObjectWriter.Hex(number) : true.Equals(member.Value) ? "on" : "off")}");
        return $"{EventType},{IdKey}={id},{ActionKey}={ObjectWriter.Word(action)},{FormatKey}={format},{string.Join(',', values)}";
    }

    private static string List(IReadOnlyList<FilterEvent> events, FilterAction action, string id) => ObjectWriter.Json(json =>
    {
        json.WriteString(TypeKey, ListType);
        json.WriteString(IdKey, id);
        json.WriteString(ActionKey, ObjectWriter.Word(action));
        json.WriteString(FormatKey, ObjectWriter.Members(events[0], Default).Format);
        json.WriteStartArray(EventsKey);
        foreach (var entry in events)
        {
            json.WriteStartObject();
            ObjectWriter.WriteMembers(json, ObjectWriter.Members(entry, Default).Members, asText: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private string Counter(uint bitmap, FilterAction action, string id) => !_isJson
        ? $"{CounterType},{IdKey}={id},{ActionKey}={ObjectWriter.Word(action)},{TypeOfCounterKey}={FixedType},{BitmapKey}=0x{bitmap:x}"
        : ObjectWriter.Json(json =>
        {
            json.WriteString(TypeKey, CounterType);
            json.WriteString(IdKey, id);
            json.WriteString(ActionKey, ObjectWriter.Word(action));
            json.WriteString(TypeOfCounterKey, FixedType);
            json.WriteString(BitmapKey, $"0x{bitmap:x}");
        });
}
