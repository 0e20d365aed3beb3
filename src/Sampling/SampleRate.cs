namespace Perfmon.Sampling;

/// <summary>How often an event is sampled: after a number of events, or so many times a second. Never both.</summary>
public abstract record SampleRate
{
    private protected SampleRate()
    {
    }

    /// <summary>Every event: a period of 1.</summary>
    public static SampleRate EachEvent { get; } = Period(1);

    /// <summary>
    /// A sample after every <paramref name="events"/> events (<c>sample_period</c>): N events on one thread or CPU give exactly N / <paramref name="events"/> of
    /// them, rounded down. Of a clock, an event is a nanosecond. Where threads are sampled on each CPU by itself, each CPU counts its own.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">0, or more than 2^63 - 1, which the kernel does not count to.</exception>
    public static SampleRate Period(ulong events)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(events, (ulong)long.MaxValue);
        return new SamplePeriod(events);
    }

    /// <summary>
    /// About <paramref name="hertz"/> samples in every second in which the event counts (<c>sample_freq</c>): the kernel finds the period. Rounded to a
    /// whole number, at least 1. <c>kernel.perf_event_max_sample_rate</c> is the most.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public static SampleRate Frequency(double hertz) =>
        hertz > 0 && hertz <= uint.MaxValue
            ? new SampleFrequency(Math.Max(1, (ulong)Math.Round(hertz)))
            : throw new ArgumentOutOfRangeException(nameof(hertz), hertz, "A positive number of samples a second is needed.");
}

internal sealed record SamplePeriod(ulong Events) : SampleRate
{
    public override string ToString() => $"every {Events} events";
}

internal sealed record SampleFrequency(ulong Hertz) : SampleRate
{
    public override string ToString() => $"{Hertz} times a second";
}
