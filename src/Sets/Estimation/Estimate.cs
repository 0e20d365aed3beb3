using System.Globalization;
using Perfmon.Session;

namespace Perfmon.Sets.Estimation;

/// <summary>An event's total over all of the time, and how far it can be believed. All numbers of events are in the event's unit.</summary>
public readonly record struct Estimate
{
    /// <summary>How the value was obtained: nothing was counted, all of the time was, or a part of it.</summary>
    public CountState State { get; init; }

    /// <summary>The total; 0, which says nothing, when nothing was counted. What 64 bits do not hold stays at their greatest value.</summary>
    public ulong Value { get; init; }

    /// <summary>What was really counted, in all slices.</summary>
    public ulong Counted { get; init; }

    /// <summary>
    /// The lower end of the 95 % interval, never below <see cref="Counted"/>; the value itself where all was counted; null where nothing is known
    /// of the error, since one slice says nothing of how slices differ.
    /// </summary>
    public ulong? Low { get; init; }

    /// <summary>The upper end, likewise.</summary>
    public ulong? High { get; init; }

    /// <summary>
    /// Half the interval's width over 1.96: the standard error of a normally distributed error with the same interval, which is what expressions
    /// over several counts need. Student's t is in it already. 0 where all was counted, null where nothing is known.
    /// </summary>
    public double? StandardError { get; init; }

    /// <summary>
    /// How many independent differences between slices the interval rests on, at least 1: fewer than there are slices when a few of them differ
    /// much and the others little. 0 where there is no interval, or an exact one.
    /// </summary>
    public double DegreesOfFreedom { get; init; }

    /// <summary>Slices that told a rate.</summary>
    public long Slices { get; init; }

    /// <summary>Active time in which the event was counted, in nanoseconds.</summary>
    public ulong TimeCounted { get; init; }

    /// <summary>Active time in all, in nanoseconds.</summary>
    public ulong Time { get; init; }

    /// <summary>The share of the time that was counted, 0 to 1; 0 when there was none.</summary>
    public double ShareOfTime => Time == 0 ? 0 : Math.Min(1, (double)TimeCounted / Time);

    /// <summary>The value, its interval and the share of the time; or <c>not counted</c>.</summary>
    public override string ToString() => State switch
    {
        CountState.NotCounted => "not counted",
        CountState.Counted => Number(Value),
        _ when Low is { } low && High is { } high => $"{Number(Value)} ({Number(low)} to {Number(high)}, {Share})",
        _ => $"{Number(Value)} (error unknown, {Share})",
    };

    private string Share => string.Create(CultureInfo.InvariantCulture, $"{100 * ShareOfTime:N1} % of the time");

    private static string Number(ulong value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
