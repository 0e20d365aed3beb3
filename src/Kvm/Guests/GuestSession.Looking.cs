using System.Globalization;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Session;

namespace Perfmon.Kvm.Guests;

/// <summary>Looking for vCPUs that were plugged in.</summary>
public sealed partial class GuestSession
{
    private IReadOnlyList<int>? _threads;

    // The timer's look. What goes wrong is said with the counts: nobody waits for it here.
    private void LookInTime()
    {
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isDisposed && _machine is not null)
            {
                Look();
            }
        }
        catch (PerfmonException failure)
        {
            Note(failure.Message);
        }
        finally
        {
            _gate.Exit();
        }
    }

    // All is looked at anew when threads have come or gone, and as long as a vCPU is known that no thread has run yet.
    private void Look()
    {
        var machine = _machine!;
        if (ProcessThreads.List(_host.Roots, machine.ProcessId) is not { } threads)
        {
            return;
        }

        var isComplete = machine.VcpuNumbers.All(number => machine.Vcpus.Any(vcpu => vcpu.Vcpu == number));
        if (isComplete && _threads is not null && threads.SequenceEqual(_threads))
        {
            return;
        }

        try
        {
            machine = GuestVcpus.Find(_host.Roots, machine.ProcessId, _options.MonitorSocket);
        }
        catch (PerfmonException) when (ProcessThreads.List(_host.Roots, machine.ProcessId) is null || HasProcessEnded())
        {
            return;
        }
        catch (PerfmonException gone) when (gone.Reason == PerfmonReason.InvalidRequest)
        {
            // The process has closed its machines.
            _threads = threads;
            return;
        }

        // What was counted of the others is not lost for a vCPU that cannot be.
        _machine = machine;
        try
        {
            AttachAll(machine, isLate: true);
            _threads = threads;
        }
        catch (PerfmonException refused)
        {
            Note(refused.Message);
            _threads = null;
        }
    }

    private void AttachAll(VirtualMachine machine, bool isLate)
    {
        foreach (var vcpu in machine.Vcpus.Where(vcpu => _options.Vcpus?.Contains(vcpu.Vcpu) != false))
        {
            if (_vcpus.Exists(known => known.Vcpu == vcpu))
            {
                continue;
            }

            if (_vcpus.Find(known => known.Vcpu.ThreadId == vcpu.ThreadId && !known.HasEnded) is { } other)
            {
                // The same thread told by another source, or a thread that runs several vCPUs.
                if (other.Vcpu.Vcpu != vcpu.Vcpu)
                {
                    Note($"Thread {vcpu.ThreadId} runs vCPU {vcpu.Vcpu} and vCPU {other.Vcpu.Vcpu}: both are counted as the latter.");
                }

                continue;
            }

            var missed = isLate ? TimeOnCpu(vcpu.ThreadId) : TimeSpan.Zero;
            if (VcpuSession.TryAttach(vcpu, missed, CreateSession) is not { } session)
            {
                continue;
            }

            _vcpus.Add(session);
            if (_isStarted)
            {
                session.Start();
            }

            if (isLate)
            {
                Note(missed is { } time
                    ? string.Create(CultureInfo.InvariantCulture, $"{vcpu} was found while others were counted: it had run for {time.TotalMilliseconds:0.###} ms, which are not counted.")
                    : $"{vcpu} was found while others were counted: what it did before is not counted.");
            }
        }
    }

    private MonitoringSession CreateSession()
    {
        var session = MonitoringSession.Create(Events, _options.Session with { Following = Following.Nothing }, _kernel, _host);
        Events = session.Events;
        return session;
    }

    private void Note(string text)
    {
        if (!_notices.Contains(text))
        {
            _notices.Add(text);
        }
    }

    // schedstat: nanoseconds on a CPU, nanoseconds of waiting for one, how often it was given one.
    private TimeSpan? TimeOnCpu(int threadId)
    {
        var reader = new HostReader(_host.Roots);
        var text = reader.Text(reader.Proc(string.Create(CultureInfo.InvariantCulture, $"{threadId}/schedstat")));
        return text?.Split(' ') is [var first, ..] && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : null;
    }
}
