namespace Perfmon.Sampling;

/// <summary>When the kernel wakes whoever waits for samples: by bytes, or by samples. <see cref="SamplingOptions.Latency"/> bounds the wait besides.</summary>
public abstract record WakeUp
{
    private protected WakeUp()
    {
    }

    /// <summary>Each time that a ring is a quarter full.</summary>
    public static WakeUp AtQuarter { get; } = new QuarterWakeUp();

    /// <summary>Each time that a ring has got <paramref name="bytes"/> more (<c>wakeup_watermark</c>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public static WakeUp AfterBytes(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        return new BytesWakeUp(bytes);
    }

    /// <summary>Each time that a ring has got <paramref name="samples"/> more (<c>wakeup_events</c>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public static WakeUp AfterSamples(int samples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samples);
        return new SamplesWakeUp(samples);
    }
}

internal sealed record QuarterWakeUp : WakeUp;

internal sealed record BytesWakeUp(int Bytes) : WakeUp;

internal sealed record SamplesWakeUp(int Samples) : WakeUp;
