using Perfmon.Session;

namespace Perfmon.Kvm.Guests;

/// <summary>How a <see cref="GuestSession"/> counts.</summary>
public sealed record GuestSessionOptions
{
    /// <summary>The defaults.</summary>
    public static GuestSessionOptions Default { get; } = new();

    /// <summary>How each vCPU's session counts. <see cref="SessionOptions.Following"/> does not matter: threads are not followed.</summary>
    public SessionOptions Session { get; init; } = SessionOptions.Default;

    /// <summary>Whether guest and host are told apart.</summary>
    public GuestMode Mode { get; init; }

    /// <summary>The vCPUs to count, by number; null for all.</summary>
    public IReadOnlyCollection<int>? Vcpus { get; init; }

    /// <summary>How often vCPUs are looked for that were plugged in, beside each reading; zero or less: at readings only.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The socket of QEMU's monitor (QMP), which then is asked first for the threads of vCPUs, and for KVM's statistics where they cannot be had otherwise. A monitor
    /// serves one client at a time: it is connected to for each question only. QEMU reads statistics on the vCPUs' own threads, so that each reading while counting is on takes every
    /// vCPU an exit to user space, which is counted. Null: the names of threads and debugfs are asked, and where neither knows, monitors that
    /// the process itself listens at.
    /// </summary>
    public string? MonitorSocket { get; init; }

    /// <summary>Whether KVM's own statistics are read beside the counts.</summary>
    public bool Statistics { get; init; } = true;
}
