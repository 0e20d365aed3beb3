using Perfmon.Sets.Estimation;

namespace Perfmon.Tool.Plot;

/// <summary>What a rate is drawn from: one event in all slices of its set.</summary>
/// <param name="Name">The event's name, as it is counted.</param>
/// <param name="Unit">The unit of a count times <see cref="Scale"/>: null for events, <c>ns</c> for a clock.</param>
/// <param name="Set">The number of the event's set.</param>
/// <param name="IsExact">Whether the event was counted all the time: the set's slices then leave nothing out, and rates have no error.</param>
/// <param name="Slices">In the order of time, without overlaps; times in nanoseconds of active time.</param>
internal sealed record RateSeries(string Name, string? Unit, int Set, bool IsExact, IReadOnlyList<Slice> Slices)
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>What one count is in <see cref="Unit"/>.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>The unit of the event's rate. A clock's is a number of CPUs: nanoseconds of the clock in a nanosecond of time.</summary>
    public string RateUnit => IsClock ? "CPUs" : $"{Unit}/s";

    /// <summary>What one count in a nanosecond is in <see cref="RateUnit"/>.</summary>
    public double RateScale => IsClock ? Scale : Scale * NanosecondsPerSecond;

    /// <summary>Whether rates take the SI's prefixes. Names of units may have one already.</summary>
    public bool IsPrefixed => Unit is null;

    private bool IsClock => Unit == "ns";
}
