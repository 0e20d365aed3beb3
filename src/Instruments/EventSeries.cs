using System.Diagnostics.Metrics;
using Perfmon.Session;

namespace Perfmon.Instruments;

/// <summary>What is told of one event: its total, which never falls, and what must be known to believe it.</summary>
internal sealed class EventSeries
{
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly KeyValuePair<string, object?>[] _eventTags;
    private EventCount? _described;
    private Count _count;
    private ulong _highest;

    /// <param name="source">The event.</param>
    /// <param name="convention">What the semantic conventions call it; null where it has our own name.</param>
    /// <param name="targetTags">Whom the session counts.</param>
    public EventSeries(SourceEvent source, Convention? convention, IReadOnlyList<KeyValuePair<string, object?>> targetTags)
    {
        var full = InstrumentName.Full(source.Request);
        Unit = UcumUnit.Of(source.Request, InstrumentName.Plain(source.Request).Name);
        OwnName = full;
        Name = convention?.Name ?? InstrumentName.Own("", full);
        Description = convention is null ? $"Counts of the event {full}." : "Number of page faults, minor and major unless the type is given.";
        _eventTags = [.. SeriesTags.OfEvent(source), .. targetTags];
        _tags = convention?.Tag is { } tag ? [.. _eventTags, tag] : _eventTags;
    }

    /// <summary>The name of its counter.</summary>
    public string Name { get; }

    public string Description { get; }

    public UcumUnit Unit { get; }

    /// <summary>The event without its modifiers, for the names of what stands beside the counter.</summary>
    public string OwnName { get; }

    /// <summary>
    /// Takes the event's part of a new reading. An estimate may be lower than an earlier one, which a counter must not be: a backend takes that for a restart, and adds all
    /// of the value again. So the highest stands until it is reached again.
    /// </summary>
    public void Take(SessionSource source, int index)
    {
        _count = source.CountOf(index);
        _described = _count.State == CountState.Counted ? null : source.Describe(index);
        if (_count.State != CountState.NotCounted)
        {
            _highest = Math.Max(_highest, _count.Value);
        }
    }

    /// <summary>The total; nothing where the event was not counted.</summary>
    public void Add(List<Measurement<long>> to)
    {
        if (_count.State != CountState.NotCounted)
        {
            to.Add(new((long)Math.Min(_highest, long.MaxValue), _tags));
        }
    }

    /// <summary>The total in its unit, likewise.</summary>
    public void Add(List<Measurement<double>> to)
    {
        if (_count.State != CountState.NotCounted)
        {
            to.Add(new(Unit.Of(_highest), _tags));
        }
    }

    /// <summary>An end of the 95 % interval of the latest estimate; nothing where the total is exact, or no interval is known.</summary>
    public void AddBound(List<Measurement<double>> to, Func<CountInterval, ulong?> end)
    {
        if (_described is { Count.State: CountState.Estimated, Interval: { } interval } && end(interval) is { } bound)
        {
            to.Add(new(Unit.Of(bound), _eventTags));
        }
    }

    /// <summary>The share of the time that the event was counted; nothing before there was such time.</summary>
    public void AddShare(List<Measurement<double>> to)
    {
        if (_count.TimeEnabled > 0)
        {
            to.Add(new(_count.ShareOfTime, _eventTags));
        }
    }

    /// <summary>1 and the reason, where the event is not counted.</summary>
    public void AddAbsence(List<Measurement<long>> to)
    {
        if (_described is { Count.State: CountState.NotCounted } absent)
        {
            to.Add(new(1, [.. _eventTags, new(SeriesTags.Reason, CodeOf(absent)), new(SeriesTags.Detail, absent.Reason?.ReplaceLineEndings(" "))]));
        }
    }

    private static string CodeOf(EventCount absent) =>
        absent.Refusal is not null ? "not_supported"
        : absent.Event.Futility is not null ? "never_happens"
        : absent.LacksTurn ? "no_turn"
        : absent.LacksCounter ? "no_counter"
        : "target_idle";
}
