namespace Perfmon.Host;

/// <summary>
/// What a machine has and what this process may do on it. Each part is read when it is first asked for and then never again: a
/// snapshot. Read a new description where the answer must be of now, as for <see cref="ResourceLimits.OpenFileCount"/>. No part
/// throws: what could not be read is absent, and <see cref="Problems"/> says so. Safe for several threads.
/// </summary>
public sealed class HostDescription
{
    private static readonly Lazy<HostDescription> s_current = new(() => Read(HostRoots.System));

    private readonly HostReader _reader;
    private readonly Lazy<PmuDirectory> _pmus;
    private readonly Lazy<TraceFs> _traceFs;
    private readonly Lazy<CpuIdentity> _cpu;
    private readonly Lazy<OnlineCpus> _cpus;
    private readonly Lazy<UserPrivileges> _user;
    private readonly Lazy<KernelSettings> _settings;
    private readonly Lazy<ResourceLimits> _limits;
    private readonly Lazy<KernelRelease> _kernel;

    private HostDescription(HostRoots roots)
    {
        _reader = new HostReader(roots);
        _pmus = new(() => PmuDirectory.Read(roots));
        _traceFs = new(() => TraceFs.Find(roots));
        _cpu = new(() => CpuIdentity.Read(_reader));
        _cpus = new(() => OnlineCpus.Read(_reader));
        _user = new(() => UserPrivileges.Read(_reader));
        _settings = new(() => KernelSettings.Read(_reader));
        _limits = new(() => ResourceLimits.Read(_reader));
        _kernel = new(() => KernelRelease.Read(_reader));
    }

    /// <summary>The running machine, read once for the process.</summary>
    public static HostDescription Current => s_current.Value;

    /// <summary>Where this was read from.</summary>
    public HostRoots Roots => _reader.Roots;

    /// <summary>Its sources of events.</summary>
    public PmuDirectory Pmus => _pmus.Value;

    /// <summary>Its tracepoints.</summary>
    public TraceFs TraceFs => _traceFs.Value;

    /// <summary>What its CPUs are.</summary>
    public CpuIdentity Cpu => _cpu.Value;

    /// <summary>Which CPUs there are.</summary>
    public OnlineCpus Cpus => _cpus.Value;

    /// <summary>What this process may do.</summary>
    public UserPrivileges User => _user.Value;

    /// <summary>The kernel's settings.</summary>
    public KernelSettings Settings => _settings.Value;

    /// <summary>What bounds the number of events and buffers.</summary>
    public ResourceLimits Limits => _limits.Value;

    /// <summary>The kernel's version.</summary>
    public KernelRelease Kernel => _kernel.Value;

    /// <summary>What could not be read so far, a line a file: its path and the wrong part. It grows as parts are looked at.</summary>
    public IReadOnlyList<string> Problems => _pmus.IsValueCreated ? [.. _reader.Problems, .. Pmus.Problems] : _reader.Problems;

    /// <summary>The machine whose files are at <paramref name="roots"/>; nothing is read yet.</summary>
    public static HostDescription Read(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        return new HostDescription(roots);
    }
}
