using Perfmon.Host;

namespace Perfmon.Session;

/// <summary>How many counters were free on CPUs that are alike in that.</summary>
/// <param name="Cpus">The CPUs.</param>
/// <param name="Free">How many more events each would have counted.</param>
public sealed record FreeCounters(CpuList Cpus, int Free)
{
    /// <summary>Where and how many, such as <c>4 on CPU 0</c>.</summary>
    public override string ToString() => $"{Free} on {Name(Cpus)}";

    internal static string Name(CpuList cpus) => cpus.Count == 1 ? $"CPU {cpus}" : $"CPUs {cpus}";
}
