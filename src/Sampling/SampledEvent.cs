using Perfmon.Events;
using Perfmon.Native.Abi;
using Perfmon.Sampling.Records;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>One event as a session opens it everywhere: a sampled one, or the dummy that side-band records are of.</summary>
internal sealed class SampledEvent
{
    private readonly PerfEventAttr _attr;

    public SampledEvent(string name, EventRequest? request, in PerfEventAttr attr)
    {
        Name = name;
        Request = request;
        _attr = attr;
        Format = RecordFormat.Of(attr);
    }

    /// <summary>The event as the user knows it.</summary>
    public string Name { get; }

    /// <summary>What was asked for; null for the dummy.</summary>
    public EventRequest? Request { get; }

    public RecordFormat Format { get; }

    /// <summary>The attr without what depends on the target.</summary>
    public ref readonly PerfEventAttr Attr => ref _attr;

    /// <summary>How many events a sample stands for, where that is fixed; 0 where the kernel writes it to each sample.</summary>
    public ulong FixedPeriod => (_attr.Flags & PerfEventAttrFlags.Freq) == 0 ? _attr.SamplePeriod : 0;

    /// <summary>The attr for a target: who is followed, and when the kernel begins.</summary>
    public PerfEventAttr For(CounterMode mode)
    {
        var attr = _attr;
        attr.Flags |= mode.Following switch
        {
            Following.ThreadsAndProcesses => PerfEventAttrFlags.Inherit,
            Following.Threads => PerfEventAttrFlags.Inherit | PerfEventAttrFlags.InheritThread,
            _ => 0,
        };
        attr.Flags |= mode.Opening switch
        {
            CounterOpening.Stopped => PerfEventAttrFlags.Disabled,
            CounterOpening.OnExec => PerfEventAttrFlags.Disabled | PerfEventAttrFlags.EnableOnExec,
            _ => 0,
        };
        return attr;
    }

    /// <summary>Whether the event exists on a CPU; -1 stands for any.</summary>
    public bool ExistsOn(int cpu) => cpu < 0 || Request?.Cpus is not { } cpus || cpus.Contains(cpu);
}
