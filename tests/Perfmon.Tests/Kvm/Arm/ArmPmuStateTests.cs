using Perfmon.Diagnostics;
using Perfmon.Kvm.Arm;
using Perfmon.Native;

namespace Perfmon.Tests.Kvm.Arm;

/// <summary>The rules of the vCPU attributes; that the kernel has the same is shown by Hardware.KvmAttributeTests.</summary>
public class ArmPmuStateTests
{
    private const byte Allow = 0;
    private const byte Deny = 1;

    private static readonly ArmPmuMachine s_machine = new()
    {
        PmuTypes = [10, 11], DefaultPmu = 10, Gic = ArmInterruptController.Ready, SelectsPmu = true, LimitsCounters = true, Counters = 6,
    };

    private static readonly ArmPmuStep s_interrupt = new ArmPmuStep.Interrupt(23);
    private static readonly ArmPmuStep s_initialize = new ArmPmuStep.Initialize();
    private static readonly ArmPmuStep s_filter = new ArmPmuStep.Filter(0x11, 1, Deny);
    private static readonly ArmPmuStep s_select = new ArmPmuStep.SelectPmu(10);
    private static readonly ArmPmuStep s_other = new ArmPmuStep.SelectPmu(11);
    private static readonly ArmPmuStep s_counters = new ArmPmuStep.CounterCount(4);
    private static readonly ArmPmuStep s_run = new ArmPmuStep.Run();

    [Fact]
    public void The_required_order_is_taken()
    {
        var state = After(s_machine, s_other, s_counters, s_filter, s_filter, s_interrupt, s_initialize, s_run);
        Assert.Equal(
            ArmPmuState.Create(s_machine) with { Pmu = 11, IsPmuSelected = true, IsFiltered = true, Interrupt = 23, IsInitialized = true, HasRun = true }, state with { OtherInterrupts = ArmPmuState.Create(s_machine).OtherInterrupts });
    }

    public static TheoryData<string, int> InOneVcpu => new()
    {
        // Each line: steps, and the errno of the last; what precedes is taken or refused as the others say.
        { "IRQ IRQ", (int)Errno.EBUSY },
        { "IRQ IRQ24", (int)Errno.EINVAL },
        { "IRQ IRQ40", (int)Errno.EBUSY },
        { "IRQ40 IRQ40", (int)Errno.EINVAL },
        { "IRQ15", (int)Errno.EINVAL },
        { "IRQ1020", (int)Errno.EINVAL },
        { "IRQ-1", (int)Errno.EINVAL },
        { "IRQ1019", 0 },
        { "IRQ1019 INIT", (int)Errno.EINVAL },
        { "INIT", (int)Errno.ENXIO },
        { "IRQ INIT INIT", (int)Errno.EBUSY },
        { "IRQ INIT IRQ", (int)Errno.EBUSY },
        { "IRQ INIT FILTER", (int)Errno.EBUSY },
        { "IRQ INIT SET", (int)Errno.EBUSY },
        { "IRQ INIT COUNTERS", (int)Errno.EBUSY },
        { "FILTER SET", 0 },
        { "FILTER OTHER", (int)Errno.EBUSY },
        { "OTHER FILTER OTHER", 0 },
        { "OTHER FILTER SET", (int)Errno.EBUSY },
        { "UNKNOWN", (int)Errno.ENXIO },
        { "FILTER UNKNOWN", (int)Errno.ENXIO },
        { "COUNTERS", (int)Errno.EINVAL },
        { "SET COUNTERS", 0 },
        { "SET MANY", (int)Errno.EINVAL },
        { "WIDE", (int)Errno.EINVAL },
        { "LAST", 0 },
        { "WRONG", (int)Errno.EINVAL },
        { "RUN", (int)Errno.EINVAL },
        { "IRQ INIT RUN RUN", 0 },
        { "IRQ INIT RUN FILTER", (int)Errno.EBUSY },
    };

    [Theory]
    [MemberData(nameof(InOneVcpu))]
    public void Steps_of_one_vcpu(string steps, int errno) => Assert.Equal(errno, Last(ArmPmuState.Create(s_machine), steps));

    public static TheoryData<string, string, int> InTwoVcpus => new()
    {
        { "IRQ", "IRQ", 0 },
        { "IRQ", "IRQ24", (int)Errno.EINVAL },
        { "IRQ40", "IRQ40", (int)Errno.EINVAL },
        { "IRQ40", "IRQ41", 0 },
        { "OTHER FILTER", "SET", (int)Errno.EBUSY },
        { "IRQ INIT", "FILTER", 0 },
        { "IRQ INIT", "SET", 0 },
        { "IRQ INIT RUN", "FILTER", (int)Errno.EBUSY },
        { "IRQ INIT RUN", "SET", (int)Errno.EBUSY },
        { "IRQ INIT RUN", "UNKNOWN", (int)Errno.ENXIO },
        { "IRQ INIT RUN", "WIDE", (int)Errno.EINVAL },
        { "IRQ INIT RUN", "IRQ INIT RUN", 0 },
    };

    /// <summary>The filter, the host PMU and the first run are the machine's.</summary>
    [Theory]
    [MemberData(nameof(InTwoVcpus))]
    public void Steps_of_a_second_vcpu(string first, string second, int errno)
    {
        var state = ArmPmuState.Create(s_machine);
        state = first.Split(' ').Aggregate(state, (state, step) => state.After(Step(step)));
        Assert.Equal(errno, Last(state.NextVcpu(), second));
    }

    public static TheoryData<string, ArmInterruptController, int> ByController => new()
    {
        { "IRQ", ArmInterruptController.None, (int)Errno.EINVAL },
        { "INIT", ArmInterruptController.None, 0 },
        { "INIT RUN", ArmInterruptController.None, 0 },
        { "RUN", ArmInterruptController.None, (int)Errno.EINVAL },
        { "IRQ", ArmInterruptController.Created, 0 },
        { "INIT", ArmInterruptController.Created, (int)Errno.ENODEV },
        { "IRQ INIT", ArmInterruptController.Created, (int)Errno.ENODEV },
        { "RUN", ArmInterruptController.Created, (int)Errno.EBUSY },
        { "RUN IRQ", ArmInterruptController.Created, (int)Errno.EIO },
        { "RUN RUN", ArmInterruptController.Created, (int)Errno.EIO },
    };

    [Theory]
    [MemberData(nameof(ByController))]
    public void Steps_by_the_interrupt_controller(string steps, ArmInterruptController gic, int errno) =>
        Assert.Equal(errno, Last(ArmPmuState.Create(s_machine with { Gic = gic }), steps));

    [Theory]
    [InlineData("SET", (int)Errno.ENXIO)]
    [InlineData("COUNTERS", (int)Errno.ENXIO)]
    [InlineData("WIDE1024", (int)Errno.EINVAL)]
    [InlineData("FILTER", 0)]
    public void Steps_on_an_older_host(string steps, int errno) =>
        Assert.Equal(errno, Last(ArmPmuState.Create(s_machine with { SelectsPmu = false, LimitsCounters = false, EventNumbers = 1024 }), steps));

    [Theory]
    [InlineData("IRQ")]
    [InlineData("INIT")]
    [InlineData("FILTER")]
    [InlineData("WRONG")]
    [InlineData("SET")]
    [InlineData("COUNTERS")]
    public void Without_the_feature_nothing_is_taken(string step)
    {
        var state = ArmPmuState.Create(s_machine) with { HasFeature = false };
        Assert.Equal((int)Errno.ENODEV, Last(state, step));
        Assert.Equal(0, Last(state, "RUN"));
    }

    [Fact]
    public void What_is_refused_changes_nothing()
    {
        var state = ArmPmuState.Create(s_machine);
        Assert.Same(state, state.After(new ArmPmuStep.Filter(0xffff, 2, Allow)));
        Assert.Same(state, state.After(s_initialize));
    }

    public static TheoryData<string, string, PerfmonReason> Messages => new()
    {
        {
            "IRQ INIT FILTER", """
            Cannot make vCPU 3 deny event 0x11.
            KVM_SET_DEVICE_ATTR: EBUSY. The PMU of this vCPU is initialised, which fixes it.
            Keep the order: KVM_ARM_VCPU_INIT, SET_PMU, FILTER…, IRQ, INIT, run.
            """, PerfmonReason.InvalidRequest
        },
        {
            "OTHER FILTER SET", """
            Cannot make vCPU 3 count with the event source of type 10.
            KVM_SET_DEVICE_ATTR: EBUSY. The machine has a filter, which is of the events of its PMU (type 11).
            Keep the order: KVM_ARM_VCPU_INIT, SET_PMU, FILTER…, IRQ, INIT, run.
            """, PerfmonReason.InvalidRequest
        },
        {
            "UNKNOWN", """
            Cannot make vCPU 3 count with the event source of type 77.
            KVM_SET_DEVICE_ATTR: ENXIO. KVM counts with no event source of type 77; it has 10, 11.
            See the sources of this host:  pfmon kvm backend
            """, PerfmonReason.InvalidRequest
        },
        {
            "INIT", """
            Cannot make vCPU 3 initialise the PMU.
            KVM_SET_DEVICE_ATTR: ENXIO. The PMU has no overflow interrupt.
            Keep the order: KVM_ARM_VCPU_INIT, SET_PMU, FILTER…, IRQ, INIT, run.
            """, PerfmonReason.InvalidRequest
        },
        {
            "WIDE", """
            Cannot make vCPU 3 allow events 0xfff0 to 0x10000.
            KVM_SET_DEVICE_ATTR: EINVAL. Events of this host's PMUs end at 0xffff.
            End the range there.
            """, PerfmonReason.InvalidRequest
        },
        {
            "RUN", """
            Cannot make vCPU 3 run.
            KVM_RUN: EINVAL. The vCPU has a PMU that is not initialised.
            Keep the order: KVM_ARM_VCPU_INIT, SET_PMU, FILTER…, IRQ, INIT, run.
            """, PerfmonReason.InvalidRequest
        },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_refusal_says_what_was_asked_why_and_what_to_do(string steps, string message, PerfmonReason reason)
    {
        var all = steps.Split(' ').Select(Step).ToList();
        var state = all[..^1].Aggregate(ArmPmuState.Create(s_machine), (state, step) => state.After(step));
        var refusal = ArmPmuErrors.Refused(3, all[^1], state, (Errno)state.Answer(all[^1]).Errno);
        Assert.Equal((message, reason), (refusal.Message, refusal.Reason));
    }

    [Fact]
    public void An_attribute_that_the_kernel_lacks_is_not_the_callers_fault()
    {
        var state = ArmPmuState.Create(s_machine with { LimitsCounters = false });
        var refusal = ArmPmuErrors.Refused(0, s_counters, state, Errno.ENXIO);
        Assert.Equal(PerfmonReason.NotSupported, refusal.Reason);
        Assert.Equal("KVM_SET_DEVICE_ATTR: ENXIO. This kernel has no KVM_ARM_VCPU_PMU_V3_SET_NR_COUNTERS, which is in Linux 6.16.", refusal.Message.Split('\n')[1]);
    }

    [Fact]
    public void An_answer_that_is_not_expected_says_so()
    {
        var refusal = ArmPmuErrors.Refused(0, s_filter, ArmPmuState.Create(s_machine), Errno.EBUSY);
        Assert.Equal(PerfmonReason.Unexpected, refusal.Reason);
        Assert.Contains("the answer would have been success", refusal.Message, StringComparison.Ordinal);
    }

    private static int Last(ArmPmuState state, string steps)
    {
        var all = steps.Split(' ').Select(Step).ToList();
        return all[..^1].Aggregate(state, (state, step) => state.After(step)).Answer(all[^1]).Errno;
    }

    private static ArmPmuState After(ArmPmuMachine machine, params ArmPmuStep[] steps) => steps.Aggregate(ArmPmuState.Create(machine), (state, step) =>
    {
        Assert.True(state.Answer(step).Accepted, $"{step}: {state.Answer(step)}");
        return state.After(step);
    });

    private static ArmPmuStep Step(string name) => name switch
    {
        "IRQ" => s_interrupt,
        "INIT" => s_initialize,
        "FILTER" => s_filter,
        "SET" => s_select,
        "OTHER" => s_other,
        "UNKNOWN" => new ArmPmuStep.SelectPmu(77),
        "COUNTERS" => s_counters,
        "MANY" => new ArmPmuStep.CounterCount(7),
        "WIDE" => new ArmPmuStep.Filter(0xfff0, 0x11, Allow),
        "WIDE1024" => new ArmPmuStep.Filter(0x3ff, 2, Allow),
        "LAST" => new ArmPmuStep.Filter(0xffff, 1, Allow),
        "WRONG" => new ArmPmuStep.Filter(0x11, 1, 2),
        "RUN" => s_run,
        _ => new ArmPmuStep.Interrupt(int.Parse(name[3..])),
    };
}
