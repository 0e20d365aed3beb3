using System.Globalization;

namespace Perfmon.Kvm.Guests;

/// <summary>A statistic and its values when it was read.</summary>
/// <param name="Statistic">What it is.</param>
/// <param name="Values">One value; of a histogram, one for each bucket.</param>
public sealed record KvmStatisticValue(KvmStatistic Statistic, IReadOnlyList<ulong> Values)
{
    /// <summary>Its name.</summary>
    public string Name => Statistic.Name;

    /// <summary>The value; of a histogram, how many values fell into all its buckets.</summary>
    public ulong Value => Values.Aggregate(0UL, (sum, value) => unchecked(sum + value));

    /// <summary>The value in <see cref="KvmStatistic.Unit"/>. Of a histogram it is the plain number.</summary>
    public double Scaled => Value * (Grows && Values.Count > 1 ? 1 : Statistic.Factor);

    /// <summary>Whether it only grows, so that a difference is what happened meanwhile.</summary>
    public bool Grows => Statistic.Kind is KvmStatisticKind.Cumulative or KvmStatisticKind.LinearHistogram or KvmStatisticKind.LogHistogram;

    /// <summary>What happened since an earlier reading; of what does not only grow, the value as it is now.</summary>
    public KvmStatisticValue Since(KvmStatisticValue earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return Grows && earlier.Values.Count == Values.Count ? this with { Values = [.. Values.Zip(earlier.Values, (now, then) => unchecked(now - then))] } : this;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {string.Join(' ', Values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}";
}
