using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Arm;

/// <summary>The PMU that a machine's vCPUs are to have.</summary>
public sealed record ArmPmuSetup
{
    /// <summary>The overflow interrupt that is usual for PMUs: private, number 7 of the sixteen (PPI 7).</summary>
    public const int UsualInterrupt = 23;

    /// <summary>What to count with; null leaves it to the kernel.</summary>
    public ArmPmuChoice? Backend { get; init; }

    /// <summary>How many event counters guests see; null for all. It takes a back end that is an event source.</summary>
    public uint? CounterCount { get; init; }

    /// <summary>What guests may count; null for everything.</summary>
    public ArmEventFilter? Filter { get; init; }

    /// <summary>
    /// The overflow interrupt: a private one (16 to 31) of all vCPUs, or a shared one (32 and more) of the first, from which the others count on. Null for none, as
    /// in a machine without an interrupt controller in the kernel.
    /// </summary>
    public int? Interrupt { get; init; } = UsualInterrupt;

    /// <summary>The steps of the machine's vCPU number <paramref name="index"/>, counted from 0, in the order that KVM requires.</summary>
    public IEnumerable<ArmPmuStep> Steps(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);

        // The machine's own: one vCPU sets it for all.
        if (index == 0)
        {
            if (Backend?.PmuType is { } type)
            {
                yield return new ArmPmuStep.SelectPmu(type);
            }
            else if (Backend?.Kind == ArmPmuBackendKind.FixedCounters)
            {
                yield return new ArmPmuStep.FixedCounters();
            }

            if (CounterCount is { } counters)
            {
                yield return new ArmPmuStep.CounterCount(counters);
            }

            foreach (var range in Filter?.Ranges ?? [])
            {
                yield return new ArmPmuStep.Filter(range.First, (ushort)range.Count, (byte)range.Action);
            }
        }

        if (Interrupt is { } first)
        {
            yield return new ArmPmuStep.Interrupt(first < FirstShared ? first : first + index);
        }

        yield return new ArmPmuStep.Initialize();
    }

    private const int FirstShared = 32;
}
