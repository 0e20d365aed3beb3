using System.Collections;

namespace Perfmon.Session;

/// <summary>The counts of all of a session's events, read at one time, in the order the events were given.</summary>
public sealed class Reading : IReadOnlyList<EventCount>
{
    private readonly EventCount[] _counts;

    internal Reading(EventCount[] counts) => _counts = counts;

    /// <inheritdoc/>
    public int Count => _counts.Length;

    /// <inheritdoc/>
    public EventCount this[int index] => _counts[index];

    /// <summary>The count of the event that was written <paramref name="name"/>.</summary>
    /// <exception cref="KeyNotFoundException">The session has no such event.</exception>
    public Count this[string name] =>
        Array.Find(_counts, count => count.Name == name)?.Count
        ?? throw new KeyNotFoundException($"The session does not count '{name}'; it counts {string.Join(", ", _counts.Select(count => count.Name))}.");

    /// <summary>What was counted since an earlier reading of the same session: <see cref="EventCount.Since"/> of each event.</summary>
    /// <exception cref="ArgumentException">The other reading has other events.</exception>
    public Reading Since(Reading earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return _counts.Select(count => count.Name).SequenceEqual(earlier._counts.Select(count => count.Name))
            ? new Reading([.. _counts.Zip(earlier._counts, (count, before) => count.Since(before))])
            : throw new ArgumentException("The readings are not of the same session: they have other events.", nameof(earlier));
    }

    /// <inheritdoc/>
    public IEnumerator<EventCount> GetEnumerator() => ((IEnumerable<EventCount>)_counts).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
