using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>
/// A sampling session bound to its target: the open events, the rings they write to, and what tells that the target has ended. It has no lock: its
/// session has one.
/// </summary>
internal sealed class SamplingAttachment : IDisposable
{
    private const int NoRing = -1;

    private readonly IPerfKernel _kernel;
    private readonly List<OpenEvent> _events;
    private readonly CounterMode _mode;
    private readonly SafeKernelHandle? _cgroup;
    private ulong _lostSamples;
    private ulong _lostOthers;

    public SamplingAttachment(IPerfKernel kernel, List<OpenEvent> events, SampleRing[] rings, CounterMode mode, SafeKernelHandle? cgroup)
    {
        _kernel = kernel;
        _events = events;
        _mode = mode;
        _cgroup = cgroup;
        Rings = rings;
    }

    public SampleRing[] Rings { get; }

    /// <summary>The open events.</summary>
    public IReadOnlyList<OpenEvent> Events => _events;

    /// <summary>Tells when the target has ended.</summary>
    public required TargetEnd End { get; init; }

    public required MonitoredCommand? Command { get; init; }

    public required string? Notice { get; init; }

    // ENABLE and DISABLE do not reach a child that is being forked, so events that are inherited always count. What starts and stops them is the
    // ring: the kernel sends what is inherited to the ring of the event that it was inherited from, and an event without a ring writes nothing and
    // loses nothing (__perf_output_begin).
    private bool IsSwitchedByRing => _mode.Following != Following.Nothing;

    /// <summary>Whether the target has ended.</summary>
    public bool HasEnded => End.HasCome;

    public void Start()
    {
        if (IsSwitchedByRing)
        {
            Connect();
        }

        if (Command is { IsReleased: false })
        {
            Command.Release();
        }
        else if (!IsSwitchedByRing)
        {
            Switch(PerfEventIoctl.Enable, "started");
        }
    }

    public void Stop()
    {
        if (!IsSwitchedByRing)
        {
            Switch(PerfEventIoctl.Disable, "stopped");
            return;
        }

        foreach (var one in _events)
        {
            Check(_kernel.Ioctl(one.Handle.Descriptor, PerfEventIoctl.SetOutput, NoRing), "stopped");
        }
    }

    /// <summary>Lets all events write to their rings but those that the rings are of.</summary>
    public void Connect()
    {
        var rings = Rings.ToDictionary(ring => ring.Cpu, ring => ring.Descriptor);
        foreach (var one in _events)
        {
            var ring = rings[one.Point.Cpu];
            if (ring != one.Handle.Descriptor)
            {
                Check(_kernel.Ioctl(one.Handle.Descriptor, PerfEventIoctl.SetOutput, ring), "given a ring");
            }
        }
    }

    /// <summary>Keeps what is in rings that overwrite.</summary>
    public void TakeSnapshot()
    {
        foreach (var ring in Rings)
        {
            Check(ring.Pause(true), "held while a snapshot is taken");
        }

        // A record that a CPU has begun is written to its end all the same, over the oldest ones. The kernel does that with preemption off.
        _ = _kernel.WaitForCpus();
        foreach (var ring in Rings)
        {
            ring.Keep();
            Check(ring.Pause(false), "let go on after a snapshot");
        }
    }

    /// <summary>How many records had no room, as the kernel has counted them for each event: samples, and others. Null where it does not (before Linux 6.0).</summary>
    public (ulong Samples, ulong Others)? ReadLost()
    {
        // value, time enabled, time running, id, lost.
        const int lost = 4;
        Span<ulong> words = stackalloc ulong[lost + 1];
        var (samples, others) = (0UL, 0UL);
        foreach (var one in _events)
        {
            if ((one.Event.Attr.ReadFormat & PerfReadFormat.Lost) == 0)
            {
                return null;
            }

            // An inherited event cannot be read while its thread ends (ECHILD): it is asked again.
            KernelResult result;
            var attempts = 0;
            do
            {
                words.Clear();
                result = _kernel.Read(one.Handle.Descriptor, MemoryMarshal.AsBytes(words));
            }
            while (result.Error == Errno.ECHILD && ++attempts < 50);

            samples += one.Event.Request is null ? 0 : words[lost];
            others += one.Event.Request is null ? words[lost] : 0;
        }

        // Counts only grow; one that could not be read now was not less before.
        _lostSamples = Math.Max(_lostSamples, samples);
        _lostOthers = Math.Max(_lostOthers, others);
        return (_lostSamples, _lostOthers);
    }

    public void Dispose()
    {
        foreach (var ring in Rings)
        {
            ring.Dispose();
        }

        SamplingOpener.DisposeAll(_events);
        End.Dispose();
        _cgroup?.Dispose();
        Command?.Abandon();
    }

    private void Switch(PerfEventIoctl request, string what)
    {
        // The dummy of a place comes before its events: a mapping is known before the first sample in it.
        foreach (var one in _events)
        {
            Check(_kernel.Ioctl(one.Handle.Descriptor, request, 0), what);
        }
    }

    private static void Check(KernelResult result, string what)
    {
        if (result.Failed)
        {
            throw SamplingErrors.NotSwitched(what, result.Error);
        }
    }
}
