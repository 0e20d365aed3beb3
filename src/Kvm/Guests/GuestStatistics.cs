namespace Perfmon.Kvm.Guests;

/// <summary>KVM's own statistics of a virtual machine: as they stand, or what happened between two readings.</summary>
/// <param name="Source">Where they are from.</param>
/// <param name="Total">Those of the machine, and the sums of those of all its vCPUs; null where there are none.</param>
/// <param name="Vcpus">Those of each vCPU, by KVM's number (the monitor's, by its own); empty where only sums are known.</param>
public sealed record GuestStatistics(GuestStatisticsSource Source, KvmStatistics? Total, IReadOnlyDictionary<int, KvmStatistics> Vcpus)
{
    /// <summary>Why there are none, or not all; null when all are there.</summary>
    public string? Problem { get; init; }

    /// <summary>What happened since an earlier reading. What is there now and was not then has no difference, and is left out.</summary>
    public GuestStatistics Since(GuestStatistics earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        if (earlier.Source != Source)
        {
            return this with { Total = null, Vcpus = new Dictionary<int, KvmStatistics>(), Problem = Problem ?? $"they were read from {earlier.Source} at first, and from {Source} now" };
        }

        // A vCPU that was plugged in since began at 0.
        return this with
        {
            Total = earlier.Total is { } then ? Total?.Since(then) : null,
            Vcpus = Vcpus.ToDictionary(one => one.Key, one => earlier.Vcpus.TryGetValue(one.Key, out var before) ? one.Value.Since(before) : one.Value),
        };
    }

    /// <summary>What happened in this span and a later one.</summary>
    public GuestStatistics Plus(GuestStatistics later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return later with
        {
            Total = Total is null ? later.Total : later.Total is null ? Total : Total.Plus(later.Total),
            Vcpus = Vcpus.Keys.Union(later.Vcpus.Keys).ToDictionary(key => key, key => (Vcpus.GetValueOrDefault(key), later.Vcpus.GetValueOrDefault(key)) switch
            {
                ({ } one, { } other) => one.Plus(other),
                var (one, other) => one ?? other!,
            }),
            Problem = Problem ?? later.Problem,
        };
    }

    internal static GuestStatistics None(string why) => new(GuestStatisticsSource.None, null, new Dictionary<int, KvmStatistics>()) { Problem = why };

    /// <summary>The machine's own with the sums over its vCPUs: of what grows or stands, the sum; of peaks, the largest.</summary>
    internal static KvmStatistics Sum(KvmStatistics? machine, IEnumerable<KvmStatistics> vcpus)
    {
        var all = new List<KvmStatisticValue>();
        var places = new Dictionary<string, int>();
        foreach (var value in (machine?.Values ?? []).Concat(vcpus.SelectMany(vcpu => vcpu.Values)))
        {
            if (!places.TryGetValue(value.Name, out var at))
            {
                places.Add(value.Name, all.Count);
                all.Add(value);
            }
            else if (all[at].Values.Count == value.Values.Count)
            {
                all[at] = value with { Values = [.. all[at].Values.Zip(value.Values, (sum, next) => value.Statistic.Kind == KvmStatisticKind.Peak ? Math.Max(sum, next) : unchecked(sum + next))] };
            }
        }

        return new KvmStatistics(all);
    }
}

/// <summary>Where KVM's statistics of a virtual machine were read.</summary>
public enum GuestStatisticsSource
{
    /// <summary>Nowhere.</summary>
    None,

    /// <summary>Copies of the statistics' descriptors that the process itself has open (<c>KVM_GET_STATS_FD</c>, <c>pidfd_getfd(2)</c>).</summary>
    Descriptors,

    /// <summary>QEMU's monitor: <c>query-stats</c>.</summary>
    Monitor,

    /// <summary>debugfs's <c>kvm/PID-FD</c>: sums over the vCPUs, without histograms.</summary>
    DebugFs,
}
