using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>Where a <see cref="Symbolizer"/> looks, and how it writes names.</summary>
public sealed record SymbolizerOptions
{
    /// <summary>Where procfs is.</summary>
    public HostRoots Roots { get; init; } = HostRoots.System;

    /// <summary>The folder below which the paths of mapped files lie when their process does not live.</summary>
    public string FileRoot { get; init; } = "/";

    /// <summary>
    /// Whether only files with the build id that a mapping was told with are used. For a recording of another machine, whose paths may mean other files here.
    /// </summary>
    public bool RequiresBuildId { get; init; }

    /// <summary>The folder of separate debug files: <c>.build-id/ab/cdef….debug</c> below it.</summary>
    public string DebugFolder { get; init; } = "/usr/lib/debug";

    /// <summary>
    /// Whether process ids are those of processes of this machine now, so that procfs may be asked for their mappings, files and perf
    /// maps. False for a recording: its processes have ended, and their ids may be others' now.
    /// </summary>
    public bool ProcessesAreLive { get; init; } = true;

    /// <summary>The folder of the perf maps (<c>perf-PID.map</c>) of a recording's processes; null: there are none. Live processes' are found without.</summary>
    public string? PerfMapFolder { get; init; }

    /// <summary>Whether kernel addresses are this machine's, this boot's. False for a recording of another: they stay unresolved.</summary>
    public bool KernelIsLive { get; init; } = true;

    /// <summary>Whether C++ and Rust names are demangled.</summary>
    public bool Demangle { get; init; } = true;
}
