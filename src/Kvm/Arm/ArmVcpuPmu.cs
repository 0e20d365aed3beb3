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

    private readonly KvmVcpu _vcpu;
    private readonly ArmGic? _gic;
    private ArmPmuState _state;

    private ArmVcpuPmu(KvmVcpu vcpu, ArmGic? gic, ArmPmuState state)
    {
        _vcpu = vcpu;
        _gic = gic;
        _state = state;
    }

    /// <summary>How far it has come.</summary>
    public ArmPmuState State => _state with
    {
        Machine = _state.Machine with { Gic = _gic?.State ?? ArmInterruptController.None, GicInterrupts = _gic?.Interrupts ?? 0 },
    };

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
        return new ArmVcpuPmu(vcpu, _gic, _state.NextVcpu());
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
            if (index > 0)
            {
                // What the machine has by now was set by the vCPU before.
                pmus[index]._state = pmus[index - 1]._state.NextVcpu();
            }

            foreach (var step in setup.Steps(index))
            {
                pmus[index].Take(step);
            }
        }

        return pmus;
    }

    /// <summary>Whether the kernel has the attribute: KVM_HAS_DEVICE_ATTR.</summary>
    public bool Has(ArmPmuAttribute attribute) => !_vcpu.RequestAttribute(KvmRequest.HasDeviceAttribute, Group, (ulong)attribute, []).Failed;

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

    internal KernelResult Try(ArmPmuStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var attribute = step.Attribute ?? throw new ArgumentException("The run is no attribute.", nameof(step));
        var answer = _vcpu.RequestAttribute(KvmRequest.SetDeviceAttribute, Group, (ulong)attribute, Value(step));
        if (!answer.Failed)
        {
            _state = State.After(step);
        }

        return answer;
    }

    /// <summary>Tells <see cref="State"/> that a vCPU of the machine has run.</summary>
    internal void HasRun() => _state = _state with { HasRun = true };

    internal static ArmVcpuPmu Create(KvmVcpu vcpu, ArmGic? gic, uint features, HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(vcpu);
        Initialize(vcpu, features);
        var types = ArmPmuHost.Read(roots).Sources.Where(source => source is { Type: not null, Cpus.Count: > 0 }).ToList();
        var cpu = Thread.GetCurrentProcessorId();
        var found = new ArmVcpuPmu(vcpu, gic, ArmPmuState.Create(new ArmPmuMachine
        {
            PmuTypes = [.. types.Select(source => source.Type!.Value)],
            DefaultPmu = types.Find(source => source.Cpus!.Contains(cpu))?.Type ?? 0,
            Gic = ArmInterruptController.None,
            EventNumbers = ArmSystemRegister.PmuVersionOf(Read(vcpu, ArmSystemRegister.DebugFeatures)) < FirstWithWideEvents ? 1 << 10 : 1 << 16,
            Counters = ArmSystemRegister.CountersOf(Read(vcpu, ArmSystemRegister.PmuControl)),
            SelectsPmu = false,
            LimitsCounters = false,
        }));
        found._state = found._state with
        {
            Machine = found._state.Machine with
            {
                SelectsPmu = found.Has(ArmPmuAttribute.SelectPmu),
                LimitsCounters = found.Has(ArmPmuAttribute.CounterCount),
                FixesCounters = found.Has(ArmPmuAttribute.FixedCounters),
            },
        };
        return found;
    }

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
}
