using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Sampling;

/// <summary>Maps a session's rings, one for each CPU, or for the one thread: all or none, all of one size.</summary>
internal sealed class RingMapper(IPerfKernel kernel, HostDescription host, SamplingPlan plan)
{
    /// <summary>What the user must know of the rings; null when they are as asked.</summary>
    public string? Notice { get; private set; }

    /// <summary>Maps a ring for each owner.</summary>
    /// <param name="owners">The events that are mapped. An anchor goes with its ring.</param>
    /// <exception cref="PerfmonException">There is no memory for them that this user may lock.</exception>
    public SampleRing[] Map(IReadOnlyList<RingOwner> owners)
    {
        var asked = plan.Options.RingSize;
        for (var size = asked; ;)
        {
            var result = TryMap(owners, size, out var rings);
            if (!result.Failed)
            {
                Notice = size == asked ? null : $"The rings have {size} each in place of {asked}: this user may not lock more memory. Allow it:  sudo sysctl kernel.perf_event_mlock_kb=NUMBER";
                return rings;
            }

            if (plan.Options.SmallerRings == SmallerRings.Refuse || result.Error is not (Errno.EPERM or Errno.ENOMEM) || size.Half() is not { } half)
            {
                throw SamplingErrors.NoRing(result.Error, size, owners.Count, HostDescription.Read(host.Roots));
            }

            size = half;
        }
    }

    // An anchor is the ring's own from the moment that all are mapped.
    private KernelResult TryMap(IReadOnlyList<RingOwner> owners, RingSize size, out SampleRing[] rings)
    {
        var mapped = new List<RecordRing>(owners.Count);
        foreach (var owner in owners)
        {
            var result = RecordRing.TryMap(kernel, owner.Descriptor, size.Pages, plan.Options.RingMode == RingMode.KeepNewest, out var ring);
            if (result.Failed)
            {
                mapped.ForEach(one => one.Dispose());
                rings = [];
                return result;
            }

            mapped.Add(ring!);
        }

        rings = [.. owners.Zip(mapped, (owner, ring) => new SampleRing(kernel, ring, owner.Cpu, owner.Anchor) { Watermark = Watermark(size) })];
        return KernelResult.Success;
    }

    private int Watermark(RingSize size) => plan.Options.WakeUp is BytesWakeUp { Bytes: var bytes } ? bytes : (int)(size.Bytes / 4);
}

/// <summary>The event that a ring is of.</summary>
/// <param name="Cpu">The CPU; -1 for a thread.</param>
/// <param name="Descriptor">The event.</param>
/// <param name="Anchor">The event where it is opened for the ring only, which closes it.</param>
internal readonly record struct RingOwner(int Cpu, int Descriptor, SafeKernelHandle? Anchor);
