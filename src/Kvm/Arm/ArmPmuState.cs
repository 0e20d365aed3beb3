using Perfmon.Native;

namespace Perfmon.Kvm.Arm;

/// <summary>
/// How far the configuration of a vCPU's PMU has come, and what the kernel answers to the next step: the rules of the kernel's
/// <c>kvm_arm_pmu_v3_set_attr</c>, without a kernel. What was refused changes nothing, but for a run too early, which ends the machine. Some of it belongs to the machine: its vCPUs have one filter, one
/// host PMU and one number of counters, so that a step of one vCPU may be refused for what another did.
/// </summary>
public sealed record ArmPmuState
{
    /// <summary>The order in which everything is taken.</summary>
    public const string RequiredOrder = "KVM_ARM_VCPU_INIT, SET_PMU, FILTER…, IRQ, INIT, run";

    private const int FirstPrivate = 16;
    private const int FirstShared = 32;
    private const int LastShared = 1019;

    /// <summary>What the machine has.</summary>
    public required ArmPmuMachine Machine { get; init; }

    /// <summary>Whether the vCPU has the feature KVM_ARM_VCPU_PMU_V3 (3): all of a machine's vCPUs alike, from their initialisation on.</summary>
    public bool HasFeature { get; init; }

    /// <summary>The host PMU that the machine counts with: the kernel's default until another is set.</summary>
    public uint Pmu { get; init; }

    /// <summary>Whether a host PMU was set.</summary>
    public bool IsPmuSelected { get; init; }

    /// <summary>Whether the machine has a filter.</summary>
    public bool IsFiltered { get; init; }

    /// <summary>Whether a vCPU of the machine has run.</summary>
    public bool HasRun { get; init; }

    /// <summary>
    /// Whether the kernel has given the machine up: it was to run with an interrupt controller that was not initialised. All requests on it fail from then on.
    /// </summary>
    public bool IsDead { get; init; }

    /// <summary>The overflow interrupts of the machine's other vCPUs.</summary>
    public IReadOnlyList<int> OtherInterrupts { get; init; } = [];

    /// <summary>This vCPU's overflow interrupt; null where it has none yet.</summary>
    public int? Interrupt { get; init; }

    /// <summary>Whether this vCPU's PMU is initialised.</summary>
    public bool IsInitialized { get; init; }

    /// <summary>A vCPU of a new machine, initialised with the feature.</summary>
    public static ArmPmuState Create(ArmPmuMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return new ArmPmuState { Machine = machine, HasFeature = true, Pmu = machine.DefaultPmu };
    }

    /// <summary>The next vCPU of the same machine.</summary>
    public ArmPmuState NextVcpu() => this with
    {
        OtherInterrupts = Interrupt is { } own ? [.. OtherInterrupts, own] : OtherInterrupts,
        Interrupt = null,
        IsInitialized = false,
    };

    /// <summary>The state after <paramref name="step"/>: the same where the kernel refuses it.</summary>
    public ArmPmuState After(ArmPmuStep step) => !Answer(step).Accepted ? AfterRefusal(step) : step switch
    {
        ArmPmuStep.Interrupt interrupt => this with { Interrupt = interrupt.Number },
        ArmPmuStep.Initialize => this with { IsInitialized = true },
        ArmPmuStep.Filter => this with { IsFiltered = true },
        ArmPmuStep.SelectPmu select => this with { Pmu = select.Type, IsPmuSelected = true },
        ArmPmuStep.Run => this with { HasRun = true },
        _ => this,
    };

    /// <summary>What the kernel answers to <paramref name="step"/> now.</summary>
    // The order of the checks is the kernel's: the first thing wrong gives the errno.
    public ArmPmuAnswer Answer(ArmPmuStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return IsDead ? Refusal(Errno.EIO, "The kernel has given the machine up: it was run before its interrupt controller was initialised.", "Make a new machine, and initialise the GIC before.")
            : step is ArmPmuStep.Run ? AnswerRun()
            : !HasFeature ? Refusal(
                Errno.ENODEV,
                "The vCPU has no PMU: it was not initialised with the feature KVM_ARM_VCPU_PMU_V3, or not yet.",
                "Initialise all vCPUs with that feature first.")
            : IsInitialized ? Refusal(Errno.EBUSY, "The PMU of this vCPU is initialised, which fixes it.", KeepOrder)
            : step switch
            {
                ArmPmuStep.Interrupt interrupt => AnswerInterrupt(interrupt.Number),
                ArmPmuStep.Filter filter => AnswerFilter(filter),
                ArmPmuStep.SelectPmu select => AnswerSelect(select.Type),
                ArmPmuStep.CounterCount counters => AnswerCounters(counters.Number),
                ArmPmuStep.FixedCounters => AnswerFixed(),
                _ => AnswerInitialize(),
            };
    }

    private ArmPmuState AfterRefusal(ArmPmuStep step) => step is ArmPmuStep.Run && Machine.Gic == ArmInterruptController.Created ? this with { IsDead = true } : this;

    private const string KeepOrder = $"Keep the order: {RequiredOrder}.";

    private ArmPmuAnswer AnswerInterrupt(int number) =>
        Machine.Gic == ArmInterruptController.None ? Refusal(
            Errno.EINVAL, "The machine has no interrupt controller in the kernel, which could deliver it.", "Leave the interrupt out, or create a GIC first.")
        : number is < FirstPrivate or > LastShared ? Refusal(
            Errno.EINVAL, $"{number} is no interrupt of a device: those are {FirstPrivate} to {LastShared}.", "Take 23, the number that is usual for PMUs.")
        : !IsUsable(number) ? Refusal(
            Errno.EINVAL,
            $"A private interrupt ({FirstPrivate} to {FirstShared - 1}) must be the same for all vCPUs, and a shared one another for each; others are {string.Join(", ", Interrupts)}.",
            "Take 23, the number that is usual for PMUs, for all vCPUs.")
        : Interrupt is { } own ? Refusal(Errno.EBUSY, $"This vCPU has interrupt {own} already.", "Set it once.")
        : ArmPmuAnswer.Success;

    private IEnumerable<int> Interrupts => Interrupt is { } own ? [.. OtherInterrupts, own] : OtherInterrupts;

    private bool IsUsable(int number) => number < FirstShared ? Interrupts.All(other => other == number) : !Interrupts.Contains(number);

    private ArmPmuAnswer AnswerFilter(ArmPmuStep.Filter filter) =>
        filter.First + filter.Count > Machine.EventNumbers ? Refusal(
            Errno.EINVAL, $"Events of this host's PMUs end at 0x{Machine.EventNumbers - 1:x}.", "End the range there.")
        : filter.Action > 1 ? Refusal(Errno.EINVAL, $"The action is {filter.Action}: it is 0 (allow) or 1 (deny).", "Allow or deny.")
        : HasRun ? Refusal(Errno.EBUSY, "A vCPU of the machine has run, which fixes the filter of all.", KeepOrder)
        : ArmPmuAnswer.Success;

    private ArmPmuAnswer AnswerSelect(uint type) =>
        !Machine.SelectsPmu ? ArmPmuAnswer.NotOffered("SET_PMU", "Linux 5.18")
        : !Machine.PmuTypes.Contains(type) ? Refusal(
            Errno.ENXIO, $"KVM counts with no event source of type {type}; it has {string.Join(", ", Machine.PmuTypes)}.", "See the sources of this host:  pfmon kvm backend")
        : HasRun ? Refusal(Errno.EBUSY, "A vCPU of the machine has run, which fixes the PMU of all.", KeepOrder)

        // The PMU that the machine has already may be named again.
        : IsFiltered && type != Pmu ? Refusal(Errno.EBUSY, $"The machine has a filter, which is of the events of its PMU (type {Pmu}).", KeepOrder)
        : ArmPmuAnswer.Success;

    private ArmPmuAnswer AnswerCounters(uint number) =>
        !Machine.LimitsCounters ? ArmPmuAnswer.NotOffered("SET_NR_COUNTERS", "Linux 6.16")
        : !IsPmuSelected ? Refusal(Errno.EINVAL, "The number of counters is that of a host PMU which was set, and none was.", "Set the PMU (SET_PMU) before.")
        : number > Machine.Counters ? Refusal(Errno.EINVAL, $"The host's PMU has {Machine.Counters} event counters.", "Ask for no more.")
        : HasRun ? Refusal(Errno.EBUSY, "A vCPU of the machine has run, which fixes the PMU of all.", KeepOrder)
        : ArmPmuAnswer.Success;

    private ArmPmuAnswer AnswerFixed() =>
        !Machine.FixesCounters ? ArmPmuAnswer.NotOffered("FIXED_COUNTERS_ONLY", "no release yet")
        : HasRun || IsFiltered || IsPmuSelected ? Refusal(Errno.EBUSY, "The machine has a PMU that was set, a filter, or a vCPU that has run.", KeepOrder)
        : ArmPmuAnswer.Success;

    private ArmPmuAnswer AnswerInitialize() => Machine.Gic switch
    {
        ArmInterruptController.None => ArmPmuAnswer.Success,
        ArmInterruptController.Created => Refusal(Errno.ENODEV, "The machine's interrupt controller is not initialised.", "Initialise the GIC (KVM_DEV_ARM_VGIC_CTRL_INIT) before."),
        _ when Interrupt is null => Refusal(Errno.ENXIO, "The PMU has no overflow interrupt.", KeepOrder),
        _ when Interrupt >= Machine.GicInterrupts => Refusal(
            Errno.EINVAL, $"The machine's interrupt controller has {Machine.GicInterrupts} interrupts, and the PMU's is {Interrupt}.", "Take 23, the number that is usual for PMUs."),
        _ => ArmPmuAnswer.Success,
    };

    private ArmPmuAnswer AnswerRun() =>
        Machine.Gic == ArmInterruptController.Created ? Refusal(
            Errno.EBUSY, "The machine's interrupt controller is not initialised.", "Initialise the GIC (KVM_DEV_ARM_VGIC_CTRL_INIT) before.")
        : HasFeature && !IsInitialized ? Refusal(Errno.EINVAL, "The vCPU has a PMU that is not initialised.", KeepOrder)
        : ArmPmuAnswer.Success;

    private static ArmPmuAnswer Refusal(Errno error, string because, string cure) => ArmPmuAnswer.Refusal(error, because, cure);
}
