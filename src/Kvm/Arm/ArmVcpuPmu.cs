using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Kvm.Arm;

/// <summary>
/// The PMU of a vCPU on Arm: the attributes of group KVM_ARM_VCPU_PMU_V3_CTRL, one at a time (<see cref="Take"/>) or all in the required order
/// (<see cref="Configure(IReadOnlyList{KvmVcpu}, ArmGic?, ArmPmuSetup, uint)"/>). What KVM refuses is explained by what was done before.
/// </summary>
public sealed class ArmVcpuPmu
{
    /// <summary>KVM_ARM_VCPU_PSCI_0_2: the guest can turn itself off.</summary>
    public const uint PsciFeature = 1 << 2;

    /// <summary>KVM_ARM_VCPU_PMU_V3: the vCPU has a PMU.</summary>
    public const uint PmuFeature = 1 << 3;

    // KVM_ARM_VCPU_PMU_V3_CTRL.
    internal const uint Group = 0;

    // KVM_EXIT_FAIL_ENTRY_CPU_UNSUPPORTED.
    private const ulong CpuUnsupported = 1;

    private static readonly ArmPmuStep s_run = new ArmPmuStep.Run();

    private readonly KvmVcpu _vcpu;
    private readonly Shared _shared;
    private int? _interrupt;
    private bool _isInitialized;

    private ArmVcpuPmu(KvmVcpu vcpu, Shared shared)
    {
        _vcpu = vcpu;
        _shared = shared;
        shared.Vcpus.Add(this);
    }

    /// <summary>How far it has come, with what other vCPUs of the machine have set.</summary>
    public ArmPmuState State
    {
        get => _shared.State with
        {
            Machine = _shared.State.Machine with { Gic = _shared.Gic?.State ?? ArmInterruptController.None, GicInterrupts = _shared.Gic?.Interrupts ?? 0 },
            OtherInterrupts = [.. _shared.Vcpus.Where(other => other != this).Select(other => other._interrupt).OfType<int>()],
            Interrupt = _interrupt,
            IsInitialized = _isInitialized,
        };
        private set
        {
            _shared.State = value;
            _interrupt = value.Interrupt;
            _isInitialized = value.IsInitialized;
        }
    }

    /// <summary>Initialises the first vCPU of a machine with a PMU: KVM_ARM_VCPU_INIT.</summary>
    /// <param name="vcpu">The vCPU.</param>
    /// <param name="gic">The machine's interrupt controller; null for none.</param>
    /// <param name="features">The other features of the vCPU, the same for all of a machine: bit n for KVM_ARM_VCPU_* n.</param>
    /// <exception cref="PerfmonException">KVM refuses: the host has no PMU for guests, for one.</exception>
    public static ArmVcpuPmu Create(KvmVcpu vcpu, ArmGic? gic, uint features = PsciFeature) => Create(vcpu, gic, features, HostRoots.System);

    /// <summary>Initialises the next vCPU of the same machine.</summary>
    /// <exception cref="PerfmonException">KVM refuses: the features are others than those of the machine's first vCPU, for one.</exception>
    public ArmVcpuPmu Next(KvmVcpu vcpu, uint features = PsciFeature)
    {
        Initialize(vcpu, features);
        return new ArmVcpuPmu(vcpu, _shared);
    }

    /// <summary>
    /// Gives all vCPUs of a machine a PMU, in the required order: initialises them, then the interrupt controller, then sets what the machine has once, and each
    /// vCPU's interrupt and PMU. After that they can run.
    /// </summary>
    /// <param name="vcpus">All vCPUs of the machine, none initialised.</param>
    /// <param name="gic">The machine's interrupt controller, not initialised; null for none.</param>
    /// <param name="setup">What the PMUs shall be.</param>
    /// <param name="features">The other features of the vCPUs: bit n for KVM_ARM_VCPU_* n.</param>
    /// <returns>The PMU of each vCPU; none where the back end is none.</returns>
    /// <exception cref="PerfmonException">KVM refuses a step; the message says which and why.</exception>
    public static IReadOnlyList<ArmVcpuPmu> Configure(IReadOnlyList<KvmVcpu> vcpus, ArmGic? gic, ArmPmuSetup setup, uint features = PsciFeature)
    {
        ArgumentNullException.ThrowIfNull(vcpus);
        ArgumentNullException.ThrowIfNull(setup);
        var pmus = new List<ArmVcpuPmu>(vcpus.Count);
        foreach (var vcpu in vcpus)
        {
            if (setup.Backend?.Kind == ArmPmuBackendKind.None)
            {
                InitializeWithout(vcpu, features);
            }
            else
            {
                pmus.Add(pmus.Count == 0 ? Create(vcpu, gic, features) : pmus[^1].Next(vcpu, features));
            }
        }

        gic?.Initialize();
        for (var index = 0; index < pmus.Count; index++)
        {
            foreach (var step in setup.Steps(index))
            {
                pmus[index].Take(step);
            }
        }

        return pmus;
    }

    /// <summary>Whether the kernel has the attribute: KVM_HAS_DEVICE_ATTR.</summary>
    public bool Has(ArmPmuAttribute attribute) => Has(_vcpu, attribute);

    /// <summary>Sets the step's attribute: KVM_SET_DEVICE_ATTR.</summary>
    /// <exception cref="PerfmonException">KVM refuses; the message says why, and the order that it requires.</exception>
    /// <exception cref="ArgumentException">The step is the run, which <see cref="KvmVcpu.Run"/> does.</exception>
    public void Take(ArmPmuStep step)
    {
        var answer = Try(step);
        if (answer.Failed)
        {
            throw ArmPmuErrors.Refused(_vcpu.Number, step, State, answer.Error);
        }
    }

    /// <summary>Runs the vCPU as <see cref="KvmVcpu.Run"/> does, and explains what a PMU makes fail.</summary>
    /// <exception cref="PerfmonException">KVM refuses to run it: its PMU is not initialised, or does not count on the CPU that the calling thread is on.</exception>
    public VcpuExitReason Run()
    {
        try
        {
            var exit = _vcpu.Run();
            if (!_shared.State.HasRun)
            {
                State = State with { HasRun = true };
            }

            return exit != VcpuExitReason.FailEntry || _vcpu.EntryFailure != CpuUnsupported ? exit : throw ArmPmuErrors.WrongCpu(_vcpu.Number, State);
        }
        catch (PerfmonException refusal) when (refusal.Errno is (int)Errno.EINVAL or (int)Errno.EBUSY or (int)Errno.EIO)
        {
            var state = State;
            State = state.After(s_run);
            throw ArmPmuErrors.Refused(_vcpu.Number, s_run, state, (Errno)refusal.Errno);
        }
    }

    internal KernelResult Try(ArmPmuStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var attribute = step.Attribute ?? throw new ArgumentException("The run is no attribute.", nameof(step));
        var answer = _vcpu.RequestAttribute(KvmRequest.SetDeviceAttribute, Group, (ulong)attribute, Value(step));
        if (!answer.Failed)
        {
            State = State.After(step);
        }

        return answer;
    }

    internal static ArmVcpuPmu Create(KvmVcpu vcpu, ArmGic? gic, uint features, HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(vcpu);
        Initialize(vcpu, features);
        var types = ArmPmuHost.Read(roots).Sources.Where(source => source is { Type: not null, Cpus.Count: > 0 }).ToList();
        var cpu = Thread.GetCurrentProcessorId();
        var machine = new ArmPmuMachine
        {
            PmuTypes = [.. types.Select(source => source.Type!.Value)],
            DefaultPmu = types.Find(source => source.Cpus!.Contains(cpu))?.Type ?? 0,
            Gic = ArmInterruptController.None,
            EventNumbers = ArmSystemRegister.PmuVersionOf(Read(vcpu, ArmSystemRegister.DebugFeatures)) < FirstWithWideEvents ? 1 << 10 : 1 << 16,
            Counters = ArmSystemRegister.CountersOf(Read(vcpu, ArmSystemRegister.PmuControl)),
            SelectsPmu = Has(vcpu, ArmPmuAttribute.SelectPmu),
            LimitsCounters = Has(vcpu, ArmPmuAttribute.CounterCount),
            FixesCounters = Has(vcpu, ArmPmuAttribute.FixedCounters),
        };
        return new ArmVcpuPmu(vcpu, new Shared(gic, ArmPmuState.Create(machine)));
    }

    internal static bool Has(KvmVcpu vcpu, ArmPmuAttribute attribute) =>
        !vcpu.RequestAttribute(KvmRequest.HasDeviceAttribute, Group, (ulong)attribute, []).Failed;

    internal static ulong Read(KvmVcpu vcpu, ulong register)
    {
        var value = 0UL;
        var read = vcpu.RequestRegister(KvmRequest.GetOneRegister, register, ref value);
        return read.Failed ? throw KvmErrors.Refused($"read a register of vCPU {vcpu.Number}", $"KVM_GET_ONE_REG of 0x{register:x}", read.Error) : value;
    }

    // PMUVer 4 is the PMU of Armv8.1.
    private const int FirstWithWideEvents = 4;

    private static void Initialize(KvmVcpu vcpu, uint features)
    {
        var initialized = vcpu.InitializeArm(features | PmuFeature);
        if (initialized.Failed)
        {
            throw ArmPmuErrors.NotInitialized(vcpu, initialized.Error);
        }
    }

    private static void InitializeWithout(KvmVcpu vcpu, uint features)
    {
        var initialized = vcpu.InitializeArm(features & ~PmuFeature);
        if (initialized.Failed)
        {
            throw KvmErrors.Refused($"initialise vCPU {vcpu.Number}", "KVM_ARM_VCPU_INIT", initialized.Error);
        }
    }

    // What the attribute's address points at.
    private static byte[] Value(ArmPmuStep step)
    {
        switch (step)
        {
            case ArmPmuStep.Interrupt interrupt:
                return BitConverter.GetBytes(interrupt.Number);
            case ArmPmuStep.SelectPmu select:
                return BitConverter.GetBytes(select.Type);
            case ArmPmuStep.CounterCount counters:
                return BitConverter.GetBytes(counters.Number);
            case ArmPmuStep.Filter filter:
                // struct kvm_pmu_event_filter {u16 base_event, u16 nevents, u8 action, u8 pad[3]}
                return [.. BitConverter.GetBytes(filter.First), .. BitConverter.GetBytes(filter.Count), filter.Action, 0, 0, 0];
            default:
                return [];
        }
    }

    /// <summary>What the vCPUs of a machine have in common.</summary>
    private sealed class Shared(ArmGic? gic, ArmPmuState state)
    {
        public ArmGic? Gic { get; } = gic;

        /// <summary>The machine's part is of all; the rest is of the vCPU that set it last.</summary>
        public ArmPmuState State { get; set; } = state;

        public List<ArmVcpuPmu> Vcpus { get; } = [];
    }
}
