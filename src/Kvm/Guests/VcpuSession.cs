using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Kvm.Guests;

/// <summary>The session on the thread of one vCPU.</summary>
internal sealed class VcpuSession : IDisposable
{
    private readonly MonitoringSession _session;

    private VcpuSession(VcpuThread vcpu, MonitoringSession session, TimeSpan? missed)
    {
        Vcpu = vcpu;
        _session = session;
        Missed = missed;
    }

    public VcpuThread Vcpu { get; }

    public TimeSpan? Missed { get; }

    public bool HasEnded => _session.HasTargetEnded;

    /// <summary>Attaches a new session to the thread, stopped; null when the thread has ended meanwhile.</summary>
    /// <param name="vcpu">The vCPU and its thread.</param>
    /// <param name="missed">How long the thread had run before.</param>
    /// <param name="create">Makes a session.</param>
    /// <exception cref="PerfmonException">It may not be counted, or an event cannot.</exception>
    public static VcpuSession? TryAttach(VcpuThread vcpu, TimeSpan? missed, Func<MonitoringSession> create)
    {
        var session = create();
        try
        {
            session.Attach(new ThreadTarget(vcpu.ThreadId) { Role = $"vCPU {vcpu.Vcpu}" });
            return new VcpuSession(vcpu, session, missed);
        }
        catch (PerfmonException gone) when (gone.Errno == (int)Errno.ESRCH)
        {
            session.Dispose();
            return null;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Starts it; nothing happens when the thread has ended.</summary>
    public void Start()
    {
        try
        {
            _session.Start();
        }
        catch (PerfmonException) when (_session.HasTargetEnded)
        {
            // Its counts stay as they are.
        }
    }

    public void Stop() => _session.Stop();

    public VcpuReading Read() => new(Vcpu, [.. _session.Read()]) { HasEnded = HasEnded, Missed = Missed };

    public void Dispose() => _session.Dispose();
}
