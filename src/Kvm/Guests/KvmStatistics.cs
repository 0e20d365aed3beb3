namespace Perfmon.Kvm.Guests;

/// <summary>KVM's own statistics of a virtual machine or a vCPU when they were read, or what happened between two readings.</summary>
/// <param name="Values">Each of them, in KVM's order.</param>
public sealed record KvmStatistics(IReadOnlyList<KvmStatisticValue> Values)
{
    /// <summary>Whether it has a statistic of this name.</summary>
    public bool Has(string name) => Values.Any(value => value.Name == name);

    /// <summary>The statistic of this name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public KvmStatisticValue this[string name] =>
        Values.FirstOrDefault(value => value.Name == name) ?? throw new KeyNotFoundException($"KVM has no statistic '{name}' here.");

    /// <summary>What happened since an earlier reading of the same; of what does not only grow, the values as they are now.</summary>
    public KvmStatistics Since(KvmStatistics earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var then = earlier.Values.DistinctBy(value => value.Name).ToDictionary(value => value.Name);
        return new KvmStatistics([.. Values.Select(value => then.TryGetValue(value.Name, out var one) ? value.Since(one) : value)]);
    }

    /// <summary>What happened in this span and a later one; of what does not only grow, the later values.</summary>
    public KvmStatistics Plus(KvmStatistics later)
    {
        ArgumentNullException.ThrowIfNull(later);
        var before = Values.DistinctBy(value => value.Name).ToDictionary(value => value.Name);
        return new KvmStatistics([.. later.Values.Select(value => before.TryGetValue(value.Name, out var one) && value.Grows && one.Values.Count == value.Values.Count
            ? value with { Values = [.. value.Values.Zip(one.Values, (next, sum) => unchecked(next + sum))] }
            : value)]);
    }
}
