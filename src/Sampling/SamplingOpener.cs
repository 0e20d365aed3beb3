using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>Opens a plan's events at a target's attach points: all of them or none. What fails is explained.</summary>
internal sealed class SamplingOpener(IPerfKernel kernel, HostDescription host, Target target, SamplingPlan plan)
{
    // A thread and its clone exchange their counters when the kernel switches from one to the other; an event that is opened meanwhile can
    // fail though nothing is wrong with it.
    private const int MostAttempts = 50;

    private bool _limitWasRaised;

    /// <summary>Opens every event at every point. Points whose thread has ended are passed over; when none is left, that is the error.</summary>
    /// <exception cref="PerfmonException">The kernel refused, for the reason that the message gives.</exception>
    public List<OpenEvent> Open(IReadOnlyList<AttachPoint> points, CounterMode mode)
    {
        var opened = new List<OpenEvent>(points.Count * plan.All.Count);
        try
        {
            PerfmonException? ended = null;
            foreach (var point in points)
            {
                ended = OpenAt(point, points.Count, mode, opened) ?? ended;
            }

            return opened.Count > 0 || ended is null ? opened : throw ended;
        }
        catch
        {
            DisposeAll(opened);
            throw;
        }
    }

    /// <summary>Opens the dummy event that a CPU's ring is of where threads may end before it: one of this very process, which is never enabled.</summary>
    public SafeKernelHandle OpenAnchor(int cpu)
    {
        var attr = plan.Anchor.For(CounterMode.Alone);
        var point = new AttachPoint(Environment.ProcessId, cpu);
        var result = Open(ref attr, point);
        return result.Failed ? throw Explain(result.Error, plan.Anchor, point, CounterMode.Alone, 0, attr.Size) : new SafeKernelHandle(kernel, (int)result.Value);
    }

    public static void DisposeAll(List<OpenEvent> events)
    {
        foreach (var one in events)
        {
            one.Dispose();
        }

        events.Clear();
    }

    // Null when all is open; otherwise why the point is passed over.
    private PerfmonException? OpenAt(AttachPoint point, int points, CounterMode mode, List<OpenEvent> opened)
    {
        var before = opened.Count;
        foreach (var sampled in plan.All)
        {
            if (!sampled.ExistsOn(point.Cpu))
            {
                continue;
            }

            if (sampled.Request is { } request && GuestModes.Refuse("sample", sampled.Name, request.Selection, PmuContext.Of(request.Selection, host.Pmus), target) is { } refusal)
            {
                throw refusal;
            }

            var attr = sampled.For(mode);
            var result = Open(ref attr, point);
            if (!result.Failed)
            {
                var handle = new SafeKernelHandle(kernel, (int)result.Value);
                var id = 0UL;
                _ = kernel.Ioctl(handle.Descriptor, PerfEventIoctl.Id, ref id);
                opened.Add(new OpenEvent(sampled, point, handle, id));
                continue;
            }

            if (result.Error == Errno.ESRCH)
            {
                // What was opened of a thread that ended meanwhile goes again.
                foreach (var one in opened[before..])
                {
                    one.Dispose();
                }

                opened.RemoveRange(before, opened.Count - before);
            }
            else
            {
                // Reading the limits takes descriptors itself.
                DisposeAll(opened);
            }

            var why = Explain(result.Error, sampled, point, mode, points, attr.Size);
            return result.Error == Errno.ESRCH ? why : throw why;
        }

        return null;
    }

    private KernelResult Open(ref PerfEventAttr attr, AttachPoint point)
    {
        for (var attempt = 1; ; attempt++)
        {
            var flags = PerfEventOpenFlags.FdCloexec | (point.IsCgroup ? PerfEventOpenFlags.PidCgroup : 0);
            var result = kernel.PerfEventOpen(ref attr, point.Pid, point.Cpu, -1, flags);
            var again = result.Error switch
            {
                Errno.EMFILE => MayOpenMore(),
                Errno.ESRCH => point.Pid >= 0 && !point.IsCgroup && attempt < MostAttempts && ProcessThreads.Exists(host.Roots, point.Pid),
                _ => false,
            };
            if (!again)
            {
                return result;
            }
        }
    }

    // As perf does it: what the process may grant itself is taken, once.
    private bool MayOpenMore()
    {
        if (_limitWasRaised)
        {
            return false;
        }

        _limitWasRaised = true;
        return kernel.RaiseOpenFiles() is { Failed: false, Value: > 0 };
    }

    private PerfmonException Explain(Errno error, SampledEvent sampled, AttachPoint point, CounterMode mode, int points, uint knownSize)
    {
        var selection = sampled.Request?.Selection ?? new EventSelection { Type = EventType.Software, Exclude = Exclusions.Kernel | Exclusions.Hypervisor };
        var context = PmuContext.Of(selection, host.Pmus);
        var failure = new OpenFailure
        {
            Event = sampled.Name,
            Target = target.ToString(),
            Error = error,
            Pmu = context.Name,
            IsHardware = context.IsScarce,
            IsBreakpoint = selection.Type == EventType.Breakpoint,
            IsTracepoint = selection.Type == EventType.Tracepoint,
            IsSampled = true,
            KernelMode = (selection.Exclude & Exclusions.Kernel) == 0,
            SystemWide = point.Pid < 0 || point.IsCgroup,
            OwnTarget = target is CallingThreadTarget or CommandTarget,
            Excludes = sampled.Request is not null && selection.Exclude != Exclusions.None,
            CountsGuests = GuestModes.CountsGuests(selection, context, host.Pmus),
            Inherit = mode.Following != Following.Nothing,
            KnownAttrSize = knownSize,
            DescriptorsNeeded = (long)points * plan.All.Count,
        };
        return KernelErrorExplainer.Explain(failure, OpenFacts.Of(host, failure.Error));
    }
}
