using Perfmon.Diagnostics;
using Perfmon.Kvm;
using Perfmon.Kvm.Arm;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Tests.Emulation;

namespace Perfmon.Tests.Hardware;

/// <summary>The kernel answers to a vCPU's attributes what <see cref="ArmPmuState"/> says, in whatever order they come.</summary>
public sealed class KvmAttributeTests : IDisposable
{
    private const byte Allow = 0;
    private const byte Deny = 1;

    private static readonly ArmPmuStep s_interrupt = new ArmPmuStep.Interrupt(ArmPmuSetup.UsualInterrupt);
    private static readonly ArmPmuStep s_initialize = new ArmPmuStep.Initialize();
    private static readonly ArmPmuStep s_filter = new ArmPmuStep.Filter(0x11, 1, Deny);
    private static readonly ArmPmuStep s_run = new ArmPmuStep.Run();

    private readonly KvmHost _kvm = KvmHost.Open();
    private readonly ArmPmuStep _select;
    private readonly ArmPmuStep[] _steps;

    public KvmAttributeTests()
    {
        using var machine = _kvm.CreateMachine();
        _select = new ArmPmuStep.SelectPmu(Assert.Single(ArmVcpuPmu.Create(machine.CreateVcpu(0), gic: null).State.Machine.PmuTypes));
        _steps = [s_interrupt, s_initialize, s_filter, _select, new ArmPmuStep.CounterCount(4), s_run];
    }

    public void Dispose() => _kvm.Dispose();

    [HardwareFact(Machine.WithKvm)]
    public void Every_order_of_all_steps() => Agree(720, Permutations(_steps), ArmInterruptController.Ready);

    [HardwareFact(Machine.WithKvm)]
    public void Every_sequence_of_four_steps() => Agree(1296, Sequences(_steps, 4), ArmInterruptController.Ready);

    [HardwareFact(Machine.WithKvm)]
    public void Every_sequence_of_three_steps_without_an_interrupt_controller() => Agree(216, Sequences(_steps, 3), ArmInterruptController.None);

    [HardwareFact(Machine.WithKvm)]
    public void Every_sequence_of_three_steps_with_one_that_is_not_initialized() => Agree(216, Sequences(_steps, 3), ArmInterruptController.Created);

    [HardwareFact(Machine.WithKvm)]
    public void Right_and_wrong_values_in_every_order_of_two()
    {
        ArmPmuStep[] steps =
        [
            .. new[] { -1, 0, 15, 16, 23, 24, 31, 32, 63, 64, 1019, 1020, int.MaxValue }.Select(number => new ArmPmuStep.Interrupt(number)),
            new ArmPmuStep.Filter(0, ushort.MaxValue, Allow),
            new ArmPmuStep.Filter(1, ushort.MaxValue, Deny),
            new ArmPmuStep.Filter(2, ushort.MaxValue, Deny),
            new ArmPmuStep.Filter(ushort.MaxValue, 1, Allow),
            new ArmPmuStep.Filter(ushort.MaxValue, 0, Deny),
            new ArmPmuStep.Filter(0, 0, Allow),
            new ArmPmuStep.Filter(0x11, 1, 2),
            new ArmPmuStep.Filter(0x11, 1, byte.MaxValue),
            new ArmPmuStep.SelectPmu(0),
            new ArmPmuStep.SelectPmu(1),
            new ArmPmuStep.SelectPmu(uint.MaxValue),
            new ArmPmuStep.CounterCount(0),
            new ArmPmuStep.CounterCount(32),
            new ArmPmuStep.FixedCounters(),
            _select,
            s_initialize,
        ];
        Agree(29 * 29, Sequences(steps, 2), ArmInterruptController.Ready);
    }

    /// <summary>What the first vCPU has done, then every sequence of two steps of the second.</summary>
    [HardwareFact(Machine.WithKvm)]
    public void A_second_vcpu_meets_what_the_first_has_set()
    {
        ArmPmuStep[][] before =
        [
            [], [_select], [s_filter], [_select, s_filter], [s_interrupt], [new ArmPmuStep.Interrupt(40)], [s_interrupt, s_initialize],
            [s_interrupt, s_initialize, s_run], [_select, s_filter, s_interrupt, s_initialize, s_run], [s_run],
        ];
        ArmPmuStep[] others = [new ArmPmuStep.Interrupt(24), new ArmPmuStep.Interrupt(40), new ArmPmuStep.Interrupt(41), new ArmPmuStep.Filter(2, ushort.MaxValue, Deny), new ArmPmuStep.SelectPmu(1)];
        var differences = new List<string>();
        foreach (var first in before)
        {
            foreach (var second in Sequences(others, 1).Concat(Sequences(_steps, 2)))
            {
                using var machine = _kvm.CreateMachine();
                KvmVcpu[] vcpus = [machine.CreateVcpu(0), machine.CreateVcpu(1)];
                using var gic = ArmGic.Create(machine);
                var pmu = ArmVcpuPmu.Create(vcpus[0], gic);
                Assert.False(vcpus[1].InitializeArm(ArmVcpuPmu.PmuFeature | ArmVcpuPmu.PsciFeature).Failed);
                gic.Initialize();
                differences.AddRange(Differences(vcpus[0], pmu, first));
                differences.AddRange(Differences(vcpus[1], pmu.Next(vcpus[1]), second).Select(difference => $"{string.Join(", ", first.AsEnumerable())}; then {difference}"));
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(10)));
    }

    [HardwareFact(Machine.WithKvm)]
    public void Without_the_feature_every_step_is_refused()
    {
        foreach (var isInitialized in new[] { false, true })
        {
            foreach (var step in _steps[..^1])
            {
                using var machine = _kvm.CreateMachine();
                var vcpu = machine.CreateVcpu(0);
                Assert.True(!isInitialized || !vcpu.InitializeArm(ArmVcpuPmu.PsciFeature).Failed);
                var value = new byte[8];
                Assert.Equal(Errno.ENODEV, vcpu.RequestAttribute(KvmRequest.SetDeviceAttribute, ArmVcpuPmu.Group, (ulong)step.Attribute!, value).Error);
                Assert.Equal(Errno.ENXIO, vcpu.RequestAttribute(KvmRequest.HasDeviceAttribute, ArmVcpuPmu.Group, (ulong)step.Attribute!, value).Error);
            }
        }
    }

    [HardwareFact(Machine.WithKvm)]
    public void Attributes_are_asked_for()
    {
        using var machine = _kvm.CreateMachine();
        var vcpu = machine.CreateVcpu(0);
        var pmu = ArmVcpuPmu.Create(vcpu, gic: null);
        Assert.Equal(
            [ArmPmuAttribute.Interrupt, ArmPmuAttribute.Initialize, ArmPmuAttribute.Filter, ArmPmuAttribute.SelectPmu],
            Enum.GetValues<ArmPmuAttribute>().Where(pmu.Has));

        // There is no way to ask for a filter.
        Assert.Equal(Errno.ENXIO, vcpu.RequestAttribute(KvmRequest.GetDeviceAttribute, ArmVcpuPmu.Group, (ulong)ArmPmuAttribute.Filter, new byte[8]).Error);
        Assert.Equal((6u, 65536), (pmu.State.Machine.Counters, pmu.State.Machine.EventNumbers));
    }

    [HardwareFact(Machine.WithKvm)]
    public void A_refusal_is_explained()
    {
        using var guest = new KvmNestedGuest(new());
        var refusal = Assert.Throws<PerfmonException>(() => guest.Pmus[0].Take(s_filter));
        Assert.Equal(
            """
            Cannot make vCPU 0 deny event 0x11.
            KVM_SET_DEVICE_ATTR: EBUSY. The PMU of this vCPU is initialised, which fixes it.
            Keep the order: KVM_ARM_VCPU_INIT, SET_PMU, FILTER…, IRQ, INIT, run.
            """,
            refusal.Message);
        Assert.Equal((PerfmonReason.InvalidRequest, (int)Errno.EBUSY), (refusal.Reason, refusal.Errno));

        using var machine = _kvm.CreateMachine();
        refusal = Assert.Throws<PerfmonException>(() => ArmVcpuPmu.Configure([machine.CreateVcpu(0)], gic: null, new()));
        Assert.Equal(
            """
            Cannot make vCPU 0 take interrupt 23 for overflows.
            KVM_SET_DEVICE_ATTR: EINVAL. The machine has no interrupt controller in the kernel, which could deliver it.
            Leave the interrupt out, or create a GIC first.
            """,
            refusal.Message);
    }

    [HardwareFact(Machine.WithKvm)]
    public void Vcpus_of_a_machine_have_a_pmu_all_or_none()
    {
        using var machine = _kvm.CreateMachine();
        var pmu = ArmVcpuPmu.Create(machine.CreateVcpu(0), gic: null);
        var second = machine.CreateVcpu(1);
        Assert.Equal(Errno.EINVAL, second.InitializeArm(ArmVcpuPmu.PsciFeature).Error);
        var refusal = Assert.Throws<PerfmonException>(() => pmu.Next(second, features: 0));
        Assert.Equal("KVM_ARM_VCPU_INIT: EINVAL. The features are not those of the machine's other vCPUs, or one of them is not to be had here.", refusal.Message.Split('\n')[1]);
        Assert.False(pmu.Next(second).State.IsInitialized);
    }

    [HardwareFact(Machine.WithKvm)]
    public void Several_vcpus_are_configured_in_order()
    {
        foreach (var (first, expected) in new[] { (23, new int?[] { 23, 23, 23 }), (40, [40, 41, 42]) })
        {
            using var machine = _kvm.CreateMachine();
            var vcpus = Enumerable.Range(0, 3).Select(machine.CreateVcpu).ToList();
            using var gic = ArmGic.Create(machine);
            var pmus = ArmVcpuPmu.Configure(vcpus, gic, new() { Interrupt = first });
            Assert.Equal(expected, pmus.Select(pmu => pmu.State.Interrupt));
            Assert.All(vcpus.Zip(pmus), one => Assert.Equal(Errno.None, Run(one.First, one.Second)));
        }
    }

    [HardwareFact(Machine.WithKvm)]
    public void A_machine_whose_back_end_is_none_has_no_pmus()
    {
        using var machine = _kvm.CreateMachine();
        var vcpu = machine.CreateVcpu(0);
        var none = ArmPmuBackends.Choose(new ArmPmuHost([], Perfmon.Host.CpuList.Of(0)), new(VirtualPmu: true, SelectPmu: true, FixedCountersOnly: false), new());
        Assert.Empty(ArmVcpuPmu.Configure([vcpu], gic: null, new() { Backend = none }));
        Assert.True(vcpu.RequestAttribute(KvmRequest.HasDeviceAttribute, ArmVcpuPmu.Group, (ulong)ArmPmuAttribute.Initialize, []).Failed);
    }

    private void Agree(int count, IEnumerable<ArmPmuStep[]> sequences, ArmInterruptController controller)
    {
        var differences = new List<string>();
        var tried = 0;
        foreach (var sequence in sequences)
        {
            tried++;
            using var machine = _kvm.CreateMachine();
            var vcpu = machine.CreateVcpu(0);
            using var gic = controller == ArmInterruptController.None ? null : ArmGic.Create(machine);
            var pmu = ArmVcpuPmu.Create(vcpu, gic);
            if (controller == ArmInterruptController.Ready)
            {
                gic!.Initialize();
            }

            differences.AddRange(Differences(vcpu, pmu, sequence));
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(10)));
        Assert.Equal(count, tried);
    }

    private static IEnumerable<string> Differences(KvmVcpu vcpu, ArmVcpuPmu pmu, ArmPmuStep[] sequence)
    {
        for (var i = 0; i < sequence.Length; i++)
        {
            var expected = pmu.State.Answer(sequence[i]);
            var answer = sequence[i] is ArmPmuStep.Run ? Run(vcpu, pmu) : pmu.Try(sequence[i]).Error;
            if ((Errno)expected.Errno != answer)
            {
                yield return $"{string.Join(", ", sequence.Take(i + 1))}: {answer}, not {(Errno)expected.Errno}";
            }
        }
    }

    // The first run's checks are made before the guest is entered, and it is left at once.
    private static Errno Run(KvmVcpu vcpu, ArmVcpuPmu pmu)
    {
        try
        {
            vcpu.Interrupt();
            Assert.Equal(VcpuExitReason.Interrupted, pmu.Run());
            return Errno.None;
        }
        catch (PerfmonException refusal)
        {
            return (Errno)refusal.Errno;
        }
    }

    private static IEnumerable<ArmPmuStep[]> Sequences(ArmPmuStep[] steps, int length) =>
        length == 0 ? [[]] : Sequences(steps, length - 1).SelectMany(sequence => steps, (sequence, step) => (ArmPmuStep[])[.. sequence, step]);

    private static IEnumerable<ArmPmuStep[]> Permutations(ArmPmuStep[] steps) =>
        steps.Length == 0 ? [[]] : steps.SelectMany((step, i) => Permutations([.. steps[..i], .. steps[(i + 1)..]]), (step, rest) => (ArmPmuStep[])[step, .. rest]);
}
