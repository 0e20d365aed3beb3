namespace Perfmon.Kvm.Guests;

/// <summary>One of KVM's own statistics, as it describes itself: <c>struct kvm_stats_desc</c>.</summary>
/// <param name="Name">Its name, such as <c>exits</c>.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Unit">What they are measured in, before <see cref="Factor"/>.</param>
public sealed record KvmStatistic(string Name, KvmStatisticKind Kind, KvmStatisticUnit Unit)
{
    /// <summary>The power of <see cref="Base"/> that values are multiplied by to be in <see cref="Unit"/>: -9 for nanoseconds.</summary>
    public int Exponent { get; init; }

    /// <summary>10 or 2.</summary>
    public int Base { get; init; } = 10;

    /// <summary>How many values there are: 1, or the buckets of a histogram.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The width of a bucket of a <see cref="KvmStatisticKind.LinearHistogram"/>; 0 elsewhere.</summary>
    public uint BucketSize { get; init; }

    /// <summary>Where its values are in the data, in bytes.</summary>
    internal uint Offset { get; init; }

    /// <summary>What a value is multiplied by to be in <see cref="Unit"/>.</summary>
    public double Factor => Math.Pow(Base, Exponent);

    /// <summary>
    /// From where a bucket of a histogram begins, in its own scale: bucket i of a linear one at i times <see cref="BucketSize"/>; bucket 0 of a logarithmic one at 0, and
    /// i at 2 to the i - 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bucket.</exception>
    public double BucketStart(int bucket)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bucket);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bucket, Count);
        return Kind == KvmStatisticKind.LinearHistogram ? (double)bucket * BucketSize : bucket == 0 ? 0 : Math.Pow(2, bucket - 1);
    }
}

/// <summary>What a statistic's values are: <c>KVM_STATS_TYPE_*</c>.</summary>
public enum KvmStatisticKind
{
    /// <summary>A number that only grows: its differences mean something.</summary>
    Cumulative = 0,

    /// <summary>A number as of now.</summary>
    Instant = 1,

    /// <summary>The largest it ever was.</summary>
    Peak = 2,

    /// <summary>How often values fell into buckets of equal width; the last bucket has the rest. Each bucket only grows.</summary>
    LinearHistogram = 3,

    /// <summary>How often values fell into buckets that double; the last bucket has the rest. Each bucket only grows.</summary>
    LogHistogram = 4,

    /// <summary>A kind of a newer kernel.</summary>
    Unknown = 15,
}

/// <summary>What a statistic is measured in: <c>KVM_STATS_UNIT_*</c>.</summary>
public enum KvmStatisticUnit
{
    /// <summary>Nothing: a count.</summary>
    None = 0,

    /// <summary>Bytes.</summary>
    Bytes = 1,

    /// <summary>Seconds.</summary>
    Seconds = 2,

    /// <summary>Cycles of the CPU's clock.</summary>
    Cycles = 3,

    /// <summary>0 or 1.</summary>
    Boolean = 4,

    /// <summary>A unit of a newer kernel.</summary>
    Unknown = 15,
}
