using Perfmon.Diagnostics;
using Perfmon.Kvm;
using Perfmon.Kvm.Arm;
using Perfmon.Native;
using Perfmon.Tests.Emulation;
using Xunit.Abstractions;

namespace Perfmon.Tests.Hardware;

/// <summary>The kernel answers to a vCPU's attributes what <see cref="ArmPmuState"/> says, in whatever order they come.</summary>
public sealed class KvmAttributeTests : IDisposable
{
    private const byte Deny = 1;

    private readonly KvmHost _kvm = KvmHost.Open();
    private readonly ArmPmuStep[] _steps;
    private readonly ITestOutputHelper _output;

    public KvmAttributeTests(ITestOutputHelper output)
    {
        _output = output;
        using var machine = _kvm.CreateMachine();
        var facts = ArmVcpuPmu.Create(machine.CreateVcpu(0), gic: null).State.Machine;
        _steps =
        [
            new ArmPmuStep.Interrupt(ArmPmuSetup.UsualInterrupt),
            new ArmPmuStep.Initialize(),
            new ArmPmuStep.Filter(0x11, 1, Deny),
            new ArmPmuStep.SelectPmu(Assert.Single(facts.PmuTypes)),
            new ArmPmuStep.CounterCount(4),
            new ArmPmuStep.Run(),
        ];
    }

    public void Dispose() => _kvm.Dispose();

    [HardwareFact(Machine.WithKvm)]
    public void Every_order_of_all_steps() => Agree(Permutations(_steps), ArmInterruptController.Ready);

    [HardwareFact(Machine.WithKvm)]
    public void Every_sequence_of_four_steps() => Agree(Sequences(_steps, 4), ArmInterruptController.Ready);

    private void Agree(IEnumerable<ArmPmuStep[]> sequences, ArmInterruptController controller)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var differences = new List<string>();
        var count = 0;
        foreach (var sequence in sequences)
        {
            count++;
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

        _output.WriteLine($"{count} in {watch.ElapsedMilliseconds} ms");
        Assert.Empty(differences);
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
            Assert.Equal(VcpuExitReason.Interrupted, vcpu.Run());
            pmu.HasRun();
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
