namespace Perfmon.Profiles;

/// <summary>Samples by event and thread, in order of time: for formats that show each of them.</summary>
internal sealed class SampleTimeline(ProfileDescription description, FrameDetail detail, string? folder) : IDisposable
{
    private readonly ProfileLedger _ledger = new(description);
    private readonly ThreadTable _threads = new();
    private readonly SampleSpool _spool = new(folder);
    private readonly Dictionary<(int Event, int Thread), TimelineLane> _lanes = [];

    public StackTable Stacks { get; } = new(detail);

    public ProfileTotals Totals => _ledger.Totals;

    /// <summary>By event, then in the order of the threads' first samples.</summary>
    public IReadOnlyList<TimelineLane> Lanes => [.. _lanes.OrderBy(lane => lane.Key).Select(lane => lane.Value)];

    public void Report(ProfileLosses losses) => _ledger.Reported = losses;

    public void Add(in ProfileSample sample)
    {
        _ledger.Add(in sample);
        var thread = _threads.Add(sample.ProcessId, sample.ThreadId, sample.Comm);
        if (!_lanes.TryGetValue((sample.Event, thread), out var lane))
        {
            _lanes.Add((sample.Event, thread), lane = new TimelineLane(sample.Event, _threads.Threads[thread]));
        }

        if (sample.Time < lane.LastTime)
        {
            _ledger.Reordered++;
        }

        lane.LastTime = Math.Max(lane.LastTime, sample.Time);
        lane.Total += new EventTotal(sample.Weight, 1);
        _spool.Add(lane.Spool, new TimedSample(lane.LastTime, sample.Weight, Stacks.Add(sample.Frames)));
    }

    public IEnumerable<TimedSample> Samples(TimelineLane lane) => _spool.Read(lane.Spool);

    public void Dispose() => _spool.Dispose();
}
