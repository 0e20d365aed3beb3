using System.Runtime.InteropServices;
using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>
/// Samples, added up by event, thread and stack. It has the size of the different stacks, however many samples there were. Not for several threads
/// at a time.
/// </summary>
public sealed class Profile
{
    private readonly ProfileLedger _ledger;
    private readonly ThreadTable _threads = new();
    private readonly Dictionary<CellKey, EventTotal> _cells = [];

    /// <summary>An empty profile whose frames are told apart by <paramref name="detail"/>.</summary>
    public Profile(ProfileDescription description, FrameDetail detail = FrameDetail.Function)
    {
        ArgumentNullException.ThrowIfNull(description);
        _ledger = new ProfileLedger(description);
        Stacks = new StackTable(detail);
    }

    /// <summary>What was known before the first sample.</summary>
    public ProfileDescription Description => _ledger.Description;

    /// <summary>The stacks that samples had.</summary>
    public StackTable Stacks { get; }

    /// <summary>The threads that samples were of, by their number.</summary>
    public IReadOnlyList<ProfileThread> Threads => _threads.Threads;

    /// <summary>The sums, and what is missing.</summary>
    public ProfileTotals Totals => _ledger.Totals;

    /// <summary>What is missing: what was reported, and the frames without a function.</summary>
    public ProfileLosses Losses => _ledger.Losses;

    /// <summary>What has samples: by event, thread and stack, in no order. An entry's weight is the stack's own ("self").</summary>
    public IEnumerable<ProfileCell> Cells => _cells.Select(cell => new ProfileCell(cell.Key.Event, cell.Key.Thread, cell.Key.Node, cell.Value));

    /// <summary>Adds a sample. Nothing is allocated for one whose thread and stack have been seen with its event.</summary>
    /// <exception cref="PerfmonException">There is no such event, or the weight is negative, or the event's sum would exceed 2^63-1.</exception>
    public void Add(in ProfileSample sample)
    {
        _ledger.Add(in sample);
        var thread = _threads.Add(sample.ProcessId, sample.ThreadId, sample.Comm);
        var key = new CellKey(sample.Event, thread, Stacks.Add(sample.Frames));
        CollectionsMarshal.GetValueRefOrAddDefault(_cells, key, out _) += new EventTotal(sample.Weight, 1);
    }

    /// <summary>Says what was lost so far; the last report is the one that holds.</summary>
    public void Report(ProfileLosses losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        _ledger.Reported = losses;
    }

    /// <summary>Forgets all samples and losses, and keeps the stacks and threads: a live view begins its next interval without allocating again.</summary>
    public void Clear()
    {
        _ledger.Clear();
        _cells.Clear();
    }

    /// <summary>The weight and samples of each stack of an event, by its node: the profile without its threads.</summary>
    /// <exception cref="PerfmonException">There is no such event.</exception>
    internal EventTotal[] ByNode(int profileEvent, Predicate<ProfileThread>? threads = null)
    {
        Check(Description, profileEvent);
        var nodes = new EventTotal[Stacks.NodeCount];
        foreach (var (key, value) in _cells)
        {
            if (key.Event == profileEvent && threads?.Invoke(Threads[key.Thread]) != false)
            {
                nodes[key.Node] += value;
            }
        }

        return nodes;
    }

    internal static void Check(ProfileDescription description, int profileEvent)
    {
        if ((uint)profileEvent >= (uint)description.Events.Count)
        {
            throw new PerfmonException(PerfmonReason.InvalidRequest, $"The profile has no event {profileEvent}: it has {description.Events.Count}, from 0.");
        }
    }

    private readonly record struct CellKey(int Event, int Thread, int Node)
    {
        public override int GetHashCode() => unchecked((Node * -1640531535) ^ (Thread * -2048144789) ^ Event);
    }
}
