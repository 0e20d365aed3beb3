using System.Globalization;

namespace Perfmon.Kvm.Arm;

/// <summary>One step on the way to a vCPU with a PMU: an attribute that is set, or the run. Pure values; <see cref="ArmPmuState"/> says what the kernel makes of them.</summary>
public abstract record ArmPmuStep
{
    private protected ArmPmuStep()
    {
    }

    /// <summary>The attribute that the step sets; null for the run.</summary>
    public abstract ArmPmuAttribute? Attribute { get; }

    /// <summary>The overflow interrupt: a private one (16 to 31), the same for all vCPUs, or a shared one (32 to 1019), another for each.</summary>
    public sealed record Interrupt(int Number) : ArmPmuStep
    {
        /// <inheritdoc/>
        public override ArmPmuAttribute? Attribute => ArmPmuAttribute.Interrupt;

        /// <inheritdoc/>
        public override string ToString() => $"take interrupt {Number} for overflows";
    }

    /// <summary>The end of the configuration of this vCPU's PMU.</summary>
    public sealed record Initialize : ArmPmuStep
    {
        /// <inheritdoc/>
        public override ArmPmuAttribute? Attribute => ArmPmuAttribute.Initialize;

        /// <inheritdoc/>
        public override string ToString() => "initialise the PMU";
    }

    /// <summary>A range of the filter. It holds for the whole machine, and the first one of a machine decides about all other events.</summary>
    /// <param name="First">The first event's number.</param>
    /// <param name="Count">How many there are; none is accepted, and still is the first range.</param>
    /// <param name="Action">0 allows, 1 denies; the kernel refuses others.</param>
    public sealed record Filter(ushort First, ushort Count, byte Action) : ArmPmuStep
    {
        /// <inheritdoc/>
        public override ArmPmuAttribute? Attribute => ArmPmuAttribute.Filter;

        /// <inheritdoc/>
        public override string ToString()
        {
            var verb = Action switch
            {
                0 => "allow",
                1 => "deny",
                _ => $"do {Action} with",
            };
            return Count switch
            {
                0 => $"{verb} no events from 0x{First:x}",
                1 => $"{verb} event 0x{First:x}",
                _ => $"{verb} events 0x{First:x} to 0x{First + Count - 1:x}",
            };
        }
    }

    /// <summary>The host PMU that the machine counts with.</summary>
    /// <param name="Type">Its <c>perf_event_attr.type</c>, as sysfs says.</param>
    public sealed record SelectPmu(uint Type) : ArmPmuStep
    {
        /// <inheritdoc/>
        public override ArmPmuAttribute? Attribute => ArmPmuAttribute.SelectPmu;

        /// <inheritdoc/>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"count with the event source of type {Type}");
    }

    /// <summary>The event counters that the machine's guests see: PMCR_EL0.N.</summary>
    public sealed record CounterCount(uint Number) : ArmPmuStep
    {
        /// <inheritdoc/>
        public override ArmPmuAttribute? Attribute => ArmPmuAttribute.CounterCount;

        /// <inheritdoc/>
        public override string ToString() => $"have {Number} event counters";
    }

    /// <summary>No event counters, so that the machine's vCPUs may run on any CPU and have a cycle counter there.</summary>
    public sealed record FixedCounters : ArmPmuStep
    {
        /// <inheritdoc/>
        public override ArmPmuAttribute? Attribute => ArmPmuAttribute.FixedCounters;

        /// <inheritdoc/>
        public override string ToString() => "have fixed counters only";
    }

    /// <summary>The first KVM_RUN, after which the machine's PMU stays what it is.</summary>
    public sealed record Run : ArmPmuStep
    {
        /// <inheritdoc/>
        public override ArmPmuAttribute? Attribute => null;

        /// <inheritdoc/>
        public override string ToString() => "run";
    }
}
