namespace Perfmon.Host;

/// <summary>Where the machine's files are. Tests give folders of their own; everything else uses <see cref="System"/>.</summary>
public sealed record HostRoots
{
    /// <summary>The running machine.</summary>
    public static HostRoots System { get; } = new();

    /// <summary>procfs.</summary>
    public string Proc { get; init; } = "/proc";

    /// <summary>sysfs.</summary>
    public string Sys { get; init; } = "/sys";

    /// <summary>debugfs.</summary>
    public string DebugFs { get; init; } = "/sys/kernel/debug";

    /// <summary>The folders at which tracefs may be mounted, first choice first.</summary>
    public IReadOnlyList<string> TraceFs { get; init; } = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];
}
