using Perfmon.Host;
using Perfmon.Session;

namespace Perfmon.Kvm.Guests;

/// <summary>What was counted of one thread of a vCPU.</summary>
/// <param name="Vcpu">The vCPU and its thread.</param>
/// <param name="Counts">The counts, in the order of the events.</param>
public sealed record VcpuReading(VcpuThread Vcpu, IReadOnlyList<EventCount> Counts)
{
    /// <summary>Whether the thread has ended: its counts stay.</summary>
    public bool HasEnded { get; init; }

    /// <summary>
    /// How long the thread had run on a CPU before its counting began, where it was found while others were counted already: that is what is missing. Zero for the vCPUs of
    /// the attach; null where the kernel does not tell.
    /// </summary>
    public TimeSpan? Missed { get; init; } = TimeSpan.Zero;

    /// <summary>What was counted since an earlier reading of the same thread.</summary>
    public VcpuReading Since(VcpuReading earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return this with { Counts = [.. Counts.Zip(earlier.Counts, (now, then) => now.Since(then))] };
    }
}

/// <summary>What was counted of a virtual machine: of each vCPU, and in all.</summary>
/// <param name="Vcpus">The threads of the vCPUs, by number, those that have ended included.</param>
/// <param name="Total">The sums, in the order of the events.</param>
/// <param name="Statistics">What KVM itself counted since the start; null where that was not asked for.</param>
public sealed record GuestReading(IReadOnlyList<VcpuReading> Vcpus, IReadOnlyList<EventCount> Total, GuestStatistics? Statistics)
{
    /// <summary>The sum of the event that was written <paramref name="name"/>.</summary>
    /// <exception cref="KeyNotFoundException">The session has no such event.</exception>
    public Count this[string name] =>
        Total.FirstOrDefault(count => count.Name == name)?.Count
        ?? throw new KeyNotFoundException($"The session does not count '{name}'; it counts {string.Join(", ", Total.Select(count => count.Name))}.");

    /// <summary>What was counted since an earlier reading of the same session; of threads that are new since then, all of it.</summary>
    public GuestReading Since(GuestReading earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var then = earlier.Vcpus.ToDictionary(one => one.Vcpu);
        return new GuestReading(
            [.. Vcpus.Select(one => then.TryGetValue(one.Vcpu, out var before) ? one.Since(before) : one)],
            [.. Total.Zip(earlier.Total, (now, before) => now.Since(before))],
            Statistics is { } statistics && earlier.Statistics is { } began ? statistics.Since(began) : Statistics);
    }
}
