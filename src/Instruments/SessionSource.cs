using Perfmon.Events;
using Perfmon.Session;

namespace Perfmon.Instruments;

/// <summary>What is published of a session: its events, each once, and their totals as of the last reading. It has no lock, its owner has one.</summary>
internal abstract class SessionSource
{
    /// <summary>The session.</summary>
    public abstract EventSession Session { get; }

    /// <summary>The events.</summary>
    public abstract IReadOnlyList<SourceEvent> Events { get; }

    /// <summary>Every count of the last reading, those that are published under another's name too: what metrics choose from.</summary>
    public abstract IReadOnlyList<EventCount> All { get; }

    /// <summary>Reads the totals.</summary>
    public abstract void Read();

    /// <summary>A total of the last reading.</summary>
    /// <param name="index">Which of <see cref="Events"/>.</param>
    public abstract Count CountOf(int index);

    /// <summary>The same with all that is known of it.</summary>
    public abstract EventCount Describe(int index);

    // A name stands for one event: a second one that was given the same name gets a number.
    protected static List<SourceEvent> Distinct(IEnumerable<SourceEvent> events)
    {
        var known = new List<SourceEvent>();
        foreach (var one in events)
        {
            if (known.Exists(other => other.IsSame(one)))
            {
                continue;
            }

            var same = known.Count(other => other.Request.Name == one.Request.Name);
            known.Add(same == 0 ? one : one with { Name = $"{one.Name} ({same + 1})" });
        }

        return known;
    }
}

/// <summary>An event that is published.</summary>
/// <param name="Request">The event.</param>
/// <param name="Place">Its place in a reading.</param>
/// <param name="Name">Its name, which no other has.</param>
/// <param name="Set">The only event set that has it; null where several have, or there are none.</param>
internal sealed record SourceEvent(EventRequest Request, int Place, string Name, int? Set = null)
{
    /// <summary>Whether both are the same event under the same name.</summary>
    public bool IsSame(SourceEvent other) =>
        Request.Name == other.Request.Name && Request.Selection == other.Request.Selection && Request.Text == other.Request.Text;
}
