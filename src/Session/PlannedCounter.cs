using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>A PMD that is to count: what <see cref="EventGroup"/> opens.</summary>
/// <param name="Pmd">The register.</param>
/// <param name="Index">Its place among the set's counters.</param>
/// <param name="Selection">What it counts.</param>
/// <param name="Name">The event as the user knows it.</param>
/// <param name="Context">The PMU it needs.</param>
/// <param name="Cpus">The only CPUs on which the event exists; null for all.</param>
internal sealed record PlannedCounter(int Pmd, int Index, EventSelection Selection, string Name, PmuContext Context, CpuList? Cpus)
{
    /// <summary>Its set, where the session has several.</summary>
    public int? Set { get; init; }

    /// <summary>Whether its overflow ends its set's turn (<c>reg_ovfl_swcnt</c>). It leads its group.</summary>
    public bool EndsTurn { get; init; }

    /// <summary>Whether each of its overflows is told with the values as of then, to be acted on.</summary>
    public bool TellsOverflows { get; init; }

    /// <summary>After how many of them somebody is woken up; 0: when many are waiting.</summary>
    public int WakeupEvents { get; init; }

    /// <summary>
    /// Whether it is a clock of the kernel's. Its overflows come from a timer, which is a little early or late against the time that is counted.
    /// </summary>
    public bool IsClock => IsClockOf(Selection);

    /// <summary>Whether what is counted is the time of a CPU or a thread.</summary>
    public static bool IsClockOf(in EventSelection selection) => selection is { Type: EventType.Software, Config: 0 or 1 };

    /// <summary>Whether it is a breakpoint that counts on one of the slots that the session's sets share.</summary>
    public bool SharesSlot { get; init; }

    /// <summary>Whether the event exists on <paramref name="cpu"/>; a thread (-1) may be anywhere.</summary>
    public bool ExistsOn(int cpu) => cpu < 0 || Cpus is null || Cpus.Contains(cpu);
}
