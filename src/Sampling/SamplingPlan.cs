using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native.Abi;
using Perfmon.Registers;
using Perfmon.Sampling.Records;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>
/// What a session opens at every thread or CPU: the dummy event that side-band records are of, and the sampled events. All have their thread,
/// time, CPU and id at the same places, so that any record can be put in order before it is known of which event it is. Pure.
/// </summary>
internal sealed class SamplingPlan
{
    // As perf record does it: nothing is missed of what happens now and then, and what happens all the time is looked at often enough.
    private const ulong UsualHertz = 4000;

    // PERF_COUNT_SW_DUMMY of enum perf_sw_ids: counts nothing.
    private const ulong Dummy = 9;

    private const SampleFields Always = SampleFields.Identifier | SampleFields.Tid | SampleFields.Time | SampleFields.Cpu;

    // What the kernel wants to be told more of: an option of its own says it, or nothing does here.
    private const SampleFields NotHere =
        SampleFields.BranchStack | SampleFields.InterruptRegisters | SampleFields.Aux | SampleFields.UserRegisters | SampleFields.UserStack;

    private const int LargestStack = 65_528;

    private SamplingPlan(SamplingOptions options, SampledEvent tracking, SampledEvent anchor, IReadOnlyList<SampledEvent> events)
    {
        Options = options;
        Tracking = tracking;
        Anchor = anchor;
        Events = events;
        All = [tracking, .. events];
    }

    public SamplingOptions Options { get; }

    /// <summary>The dummy event, opened first.</summary>
    public SampledEvent Tracking { get; }

    /// <summary>A dummy event that is never enabled: a ring may be its.</summary>
    public SampledEvent Anchor { get; }

    /// <summary>The sampled events.</summary>
    public IReadOnlyList<SampledEvent> Events { get; }

    /// <summary>The dummy event and the sampled ones.</summary>
    public IReadOnlyList<SampledEvent> All { get; }

    /// <param name="requests">The sampled events.</param>
    /// <param name="options">How they are sampled.</param>
    /// <param name="host">The machine, whose kernel may be too old for a part of it.</param>
    /// <param name="textAddress">Where the text of a probe is.</param>
    /// <exception cref="Diagnostics.PerfmonException">What is asked for cannot be.</exception>
    public static SamplingPlan Make(IReadOnlyList<EventRequest> requests, SamplingOptions options, HostDescription host, Func<EventRequest, ulong> textAddress)
    {
        if (requests.Count == 0)
        {
            throw SamplingErrors.NoEvents();
        }

        Check(options);
        var common = Common(options, host);
        var events = requests.Select(request => new SampledEvent(request.Name, request, Of(request, common, options, host, textAddress)));
        return new SamplingPlan(
            options,
            new SampledEvent("side-band records", null, DummyOf(common, options.SideBand)),
            new SampledEvent("ring", null, DummyOf(common, SideBand.None)),
            [.. events]);
    }

    private static void Check(SamplingOptions options)
    {
        if ((options.Fields & NotHere) is not SampleFields.None and var unknown)
        {
            throw SamplingErrors.FieldsNotHere(unknown);
        }

        if (options.UserStack is { } stack && (stack.StackBytes is < 0 or > LargestStack || stack.StackBytes % sizeof(ulong) != 0))
        {
            throw SamplingErrors.StackSize(stack.StackBytes, LargestStack);
        }

        if (options.WakeUp is BytesWakeUp { Bytes: var bytes } && bytes > options.RingSize.Bytes)
        {
            throw SamplingErrors.WakeUpBeyondRing(bytes, options.RingSize);
        }
    }

    // What all events of a session have in common.
    private static PerfEventAttr Common(SamplingOptions options, HostDescription host)
    {
        var attr = new PerfEventAttr
        {
            Size = PerfEventAttr.Size9,
            Flags = PerfEventAttrFlags.SampleIdAll,
            ReadFormat = PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning | PerfReadFormat.Id | (host.Kernel.Major >= 6 ? PerfReadFormat.Lost : 0),
            SampleType = (PerfSampleFormat)(Always | (options.Fields & ~SampleFields.Id)),
        };
        if (options.Clock != SamplingClock.Kernel)
        {
            attr.Flags |= PerfEventAttrFlags.UseClockid;

            // CLOCK_MONOTONIC_RAW and CLOCK_MONOTONIC of linux/time.h.
            attr.Clockid = options.Clock == SamplingClock.MonotonicRaw ? 4 : 1;
        }

        if (options.RingMode == RingMode.KeepNewest)
        {
            attr.Flags |= PerfEventAttrFlags.WriteBackward;
        }

        switch (options.WakeUp)
        {
            case SamplesWakeUp(var samples):
                attr.WakeupEvents = (uint)samples;
                break;
            case BytesWakeUp(var bytes):
                attr.WakeupEvents = (uint)bytes;
                attr.Flags |= PerfEventAttrFlags.Watermark;
                break;
            default:
                attr.WakeupEvents = (uint)(options.RingSize.Bytes / 4);
                attr.Flags |= PerfEventAttrFlags.Watermark;
                break;
        }

        return attr;
    }

    private static PerfEventAttr Of(
        EventRequest request, in PerfEventAttr common, SamplingOptions options, HostDescription host, Func<EventRequest, ulong> textAddress)
    {
        var attr = EventAttr.Of(request.Selection, CounterMode.Alone with { Opening = CounterOpening.Running }, isLeader: true);
        attr.ReadFormat = common.ReadFormat;
        attr.SampleType = common.SampleType;
        attr.Flags |= common.Flags;
        attr.Clockid = common.Clockid;
        attr.WakeupEvents = common.WakeupEvents;
        if (request.Text is not null)
        {
            attr.Config1 = textAddress(request);
        }

        SetRate(ref attr, request, options, host);
        SetStacks(ref attr, options);
        return attr;
    }

    private static void SetRate(ref PerfEventAttr attr, EventRequest request, SamplingOptions options, HostDescription host)
    {
        var happensNowAndThen = attr.Type is EventType.Tracepoint or EventType.Breakpoint || request.Pmu is "kprobe" or "uprobe";
        var rate = request.Period is { } period ? SampleRate.Period(period) : options.Rate ?? (happensNowAndThen ? SampleRate.EachEvent : Usual(host));
        switch (rate)
        {
            case SampleFrequency(var hertz) when host.Settings.PerfEventMaxSampleRate is { } most && hertz > (ulong)most:
                throw SamplingErrors.TooOften(request.Name, hertz, most);
            case SampleFrequency(var hertz):
                attr.SamplePeriod = hertz;
                attr.Flags |= PerfEventAttrFlags.Freq;
                break;
            case SamplePeriod(var events):
                attr.SamplePeriod = events;

                // The kernel's own events with PERF_SAMPLE_PERIOD and no frequency become a sample each, with the increment as the period
                // (perf_swevent_event): not what was asked for. The period is known without.
                if (attr.Type is EventType.Software or EventType.Tracepoint or EventType.Breakpoint || happensNowAndThen)
                {
                    attr.SampleType &= ~PerfSampleFormat.Period;
                }

                break;
        }
    }

    // What nobody asked for is no reason to refuse: the kernel lowers the limit by itself.
    private static SampleFrequency Usual(HostDescription host) =>
        new(host.Settings.PerfEventMaxSampleRate is > 0 and var most ? Math.Min(UsualHertz, (ulong)most) : UsualHertz);

    private static void SetStacks(ref PerfEventAttr attr, SamplingOptions options)
    {
        if (options.Callchain is { } chain)
        {
            attr.SampleType |= PerfSampleFormat.Callchain;
            attr.SampleMaxStack = chain.MaxFrames ?? 0;
            attr.Flags |= chain.Source switch
            {
                CallchainSource.User => PerfEventAttrFlags.ExcludeCallchainKernel,
                CallchainSource.Kernel => PerfEventAttrFlags.ExcludeCallchainUser,
                _ => 0,
            };
        }

        if (options.UserStack is { } stack)
        {
            attr.SampleType |= PerfSampleFormat.RegsUser | (stack.StackBytes > 0 ? PerfSampleFormat.StackUser : 0);
            attr.SampleRegsUser = stack.Registers;
            attr.SampleStackUser = (uint)stack.StackBytes;
        }
    }

    // It counts nothing, in whatever mode; without the kernel's every user may open it.
    private static PerfEventAttr DummyOf(in PerfEventAttr common, SideBand sideBand)
    {
        var attr = common;
        attr.Type = EventType.Software;
        attr.Config = Dummy;
        attr.SampleType &= (PerfSampleFormat)(Always | SampleFields.Ip);
        attr.Flags |= PerfEventAttrFlags.ExcludeKernel | PerfEventAttrFlags.ExcludeHv;
        attr.Flags |= sideBand.HasFlag(SideBand.Mappings) ? PerfEventAttrFlags.Mmap | PerfEventAttrFlags.Mmap2 : 0;
        attr.Flags |= sideBand.HasFlag(SideBand.DataMappings) ? PerfEventAttrFlags.Mmap | PerfEventAttrFlags.Mmap2 | PerfEventAttrFlags.MmapData : 0;
        attr.Flags |= sideBand.HasFlag(SideBand.Names) ? PerfEventAttrFlags.Comm | PerfEventAttrFlags.CommExec : 0;
        attr.Flags |= sideBand.HasFlag(SideBand.Tasks) ? PerfEventAttrFlags.Task : 0;
        attr.Flags |= sideBand.HasFlag(SideBand.Switches) ? PerfEventAttrFlags.ContextSwitch : 0;
        attr.Flags |= sideBand.HasFlag(SideBand.Namespaces) ? PerfEventAttrFlags.Namespaces : 0;
        attr.Flags |= sideBand.HasFlag(SideBand.Cgroups) ? PerfEventAttrFlags.Cgroup : 0;
        attr.Flags |= sideBand.HasFlag(SideBand.KernelSymbols) ? PerfEventAttrFlags.Ksymbol | PerfEventAttrFlags.BpfEvent : 0;
        attr.Flags |= sideBand.HasFlag(SideBand.BuildIds) ? PerfEventAttrFlags.BuildId : 0;
        return attr;
    }
}
