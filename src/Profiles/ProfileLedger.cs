using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>Checks samples and keeps the sums that every profile and every format has.</summary>
internal sealed class ProfileLedger(ProfileDescription description)
{
    private readonly EventTotal[] _events = new EventTotal[description.Events.Count];
    private long _first = long.MaxValue;
    private long _last = long.MinValue;
    private long _unresolved;

    public ProfileDescription Description => description;

    /// <summary>What was lost before the samples got here.</summary>
    public ProfileLosses Reported { get; set; } = ProfileLosses.None;

    public long Reordered { get; set; }

    public ProfileTotals Totals => new([.. _events], Losses, _last < _first ? 0 : _first, _last < _first ? 0 : _last, Reordered);

    public ProfileLosses Losses => Reported with { UnresolvedFrames = Reported.UnresolvedFrames + _unresolved };

    /// <summary>Counts a sample. No sum of weights can overflow after it: each is part of its event's, which is checked here.</summary>
    /// <exception cref="PerfmonException">The sample is wrong.</exception>
    public void Add(in ProfileSample sample)
    {
        if ((uint)sample.Event >= (uint)_events.Length)
        {
            throw Wrong($"it is of event {sample.Event}, and there are {_events.Length}");
        }

        ref var total = ref _events[sample.Event];
        if (sample.Weight < 0 || sample.Weight > long.MaxValue - total.Weight)
        {
            var name = description.Events[sample.Event].Name;
            throw Wrong($"its weight is {sample.Weight}, and that of {name} so far {total.Weight}: the sum must stay within 0 to 2^63-1");
        }

        if (sample.Comm is null)
        {
            throw Wrong("its thread's name is null");
        }

        total += new EventTotal(sample.Weight, 1);
        _first = Math.Min(_first, sample.Time);
        _last = Math.Max(_last, sample.Time);
        foreach (ref readonly var frame in sample.Frames)
        {
            _unresolved += frame.IsResolved ? 0 : 1;
        }
    }

    public void Clear()
    {
        Array.Clear(_events);
        (_first, _last, _unresolved, Reordered, Reported) = (long.MaxValue, long.MinValue, 0, 0, ProfileLosses.None);
    }

    private PerfmonException Wrong(string why) =>
        new(PerfmonReason.InvalidRequest, $"Cannot add sample {_events.Sum(total => total.Samples)} to the profile: {why}.");
}
