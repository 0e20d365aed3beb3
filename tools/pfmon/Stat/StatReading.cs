using Perfmon.Session;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tool.Stat;

/// <summary>What a session has counted, or several of the same events together.</summary>
/// <param name="Events">The counts; of event sets those of the first, then those of the second, and so on.</param>
/// <param name="Turns">How the event sets took turns; null where there are none.</param>
internal sealed record StatReading(IReadOnlyList<EventCount> Events, SetTurns? Turns = null)
{
    /// <summary>The sum over two targets.</summary>
    public StatReading Plus(StatReading other) =>
        new([.. Events.Zip(other.Events, (one, another) => one.Plus(another))], Turns?.Plus(other.Turns!));

    /// <summary>The events' lines, of this reading alone.</summary>
    public IReadOnlyList<EventResult> Results => [.. Events.Select((count, i) => EventResult.Of(count) with { Set = Turns?.SetOf(i) ?? 0 })];
}
