using Microsoft.Diagnostics.NETCore.Client;
using Perfmon.Diagnostics;

namespace Perfmon.Symbols;

/// <summary>The perf map of a .NET process that was switched on while it ran. The file stays when it is switched off.</summary>
public sealed class EnabledJitMap : IDisposable
{
    private readonly DiagnosticsClient _client;
    private bool _isOff;

    internal EnabledJitMap(int pid, DiagnosticsClient client)
    {
        Pid = pid;
        _client = client;
    }

    /// <summary>The process.</summary>
    public int Pid { get; }

    /// <summary>Switches the map off. A second time nothing happens.</summary>
    /// <returns>Why it could not be, such as that the process has ended; null where it is off.</returns>
    public PerfmonException? Disable()
    {
        if (_isOff)
        {
            return null;
        }

        _isOff = true;
        return JitMaps.Ask(Pid, "off", _client.DisablePerfMap);
    }

    /// <summary>As <see cref="Disable"/>, whatever comes of it.</summary>
    public void Dispose() => Disable();
}
