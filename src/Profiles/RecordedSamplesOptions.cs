using Perfmon.Host;

namespace Perfmon.Profiles;

/// <summary>Where <see cref="RecordedSamples"/> looks for the names of a recording's addresses.</summary>
public sealed record RecordedSamplesOptions
{
    /// <summary>The folder below which the recorded machine's files lie by their paths there; null: this machine's, as far as they are the same.</summary>
    public string? FileRoot { get; init; }

    /// <summary>
    /// The folder of the perf maps (<c>perf-PID.map</c>) of the recorded processes; null: <c>tmp</c> below <see cref="FileRoot"/>, or without that <c>/tmp</c>
    /// for a recording of <see cref="RecordingOrigin.ThisBoot"/>, and none otherwise.
    /// </summary>
    public string? PerfMapFolder { get; init; }

    /// <summary>Whether C++ and Rust names are demangled.</summary>
    public bool Demangle { get; init; } = true;

    /// <summary>What this machine is.</summary>
    public HostRoots Roots { get; init; } = HostRoots.System;
}
