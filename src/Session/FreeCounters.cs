using Perfmon.Host;

namespace Perfmon.Session;

/// <summary>How many counters were free on CPUs that are alike in that.</summary>
/// <param name="Cpus">The CPUs; null where the thread that tried could not be kept on one.</param>
/// <param name="Free">How many more events each would have counted.</param>
public sealed record FreeCounters(CpuList? Cpus, int Free)
{
    /// <summary>Where: <c>CPU 0</c>, <c>CPUs 0-3</c>, <c>the CPU that the probe ran on</c>.</summary>
    public string Place => Cpus is null ? "the CPU that the probe ran on" : Cpus.Count == 1 ? $"CPU {Cpus}" : $"CPUs {Cpus}";
}
