using Perfmon.Native.Abi;
using Perfmon.Native.Kvm;

namespace Perfmon.Kvm.Arm;

/// <summary>
/// A machine's interrupt controller in the kernel, of version 3 (<c>KVM_DEV_TYPE_ARM_VGIC_V3</c>): without one, a vCPU's PMU has no overflow interrupt. It is
/// initialised when the last vCPU has been made and before the first PMU is initialised.
/// </summary>
public sealed class ArmGic : IDisposable
{
    /// <summary>Where QEMU's machine <c>virt</c> has the distributor, which takes 64 KiB.</summary>
    public const ulong UsualDistributor = 0x0800_0000;

    /// <summary>Where QEMU's machine <c>virt</c> has the redistributors, of which each vCPU takes 128 KiB.</summary>
    public const ulong UsualRedistributors = 0x080A_0000;

    private const uint TypeGicV3 = 7;
    private const uint AddressGroup = 0;
    private const ulong DistributorAddress = 2;
    private const ulong RedistributorAddress = 3;
    private const uint InterruptsGroup = 3;
    private const uint ControlGroup = 4;
    private const ulong ControlInitialize = 0;

    private readonly IKvmKernel _kernel;
    private readonly KvmDescriptor _descriptor;

    private ArmGic(IKvmKernel kernel, KvmDescriptor descriptor, int interrupts)
    {
        _kernel = kernel;
        _descriptor = descriptor;
        Interrupts = interrupts;
    }

    /// <summary>How many interrupts it has, the 32 private ones of each vCPU counted once.</summary>
    public int Interrupts { get; }

    /// <summary>How far it has come.</summary>
    public ArmInterruptController State { get; private set; } = ArmInterruptController.Created;

    /// <summary>Gives <paramref name="machine"/> an interrupt controller.</summary>
    /// <param name="machine">A machine that has none.</param>
    /// <param name="interrupts">How many interrupts, the 32 private ones included: a multiple of 32 from 64 to 1024.</param>
    /// <param name="distributor">The distributor's physical address in the guest, a multiple of 64 KiB.</param>
    /// <param name="redistributors">The redistributors' physical address in the guest, a multiple of 64 KiB.</param>
    /// <exception cref="Diagnostics.PerfmonException">KVM refuses: the host has no GIC of version 3 (ENODEV), or the machine has one (EEXIST).</exception>
    public static ArmGic Create(KvmMachine machine, int interrupts = 64, ulong distributor = UsualDistributor, ulong redistributors = UsualRedistributors)
    {
        ArgumentNullException.ThrowIfNull(machine);
        const string what = "give the machine an interrupt controller";
        var device = new KvmCreateDevice { Type = TypeGicV3 };
        var made = machine.Kernel.Request(machine.Descriptor.Number, KvmRequest.CreateDevice, KvmMachine.AsBytes(ref device));
        if (made.Failed)
        {
            throw KvmErrors.Refused(what, "KVM_CREATE_DEVICE of KVM_DEV_TYPE_ARM_VGIC_V3", made.Error);
        }

        var gic = new ArmGic(machine.Kernel, new KvmDescriptor(machine.Kernel, (int)device.Fd), interrupts);
        try
        {
            gic.Set(what, InterruptsGroup, 0, KvmMachine.AsBytes(ref interrupts));
            gic.Set(what, AddressGroup, DistributorAddress, KvmMachine.AsBytes(ref distributor));
            gic.Set(what, AddressGroup, RedistributorAddress, KvmMachine.AsBytes(ref redistributors));
            return gic;
        }
        catch
        {
            gic.Dispose();
            throw;
        }
    }

    /// <summary>Ends its configuration: no vCPU can be made after that.</summary>
    /// <exception cref="Diagnostics.PerfmonException">KVM refuses: the machine has no vCPU yet, for one.</exception>
    public void Initialize()
    {
        Set("initialise the interrupt controller", ControlGroup, ControlInitialize, []);
        State = ArmInterruptController.Ready;
    }

    /// <summary>Closes the descriptor. The machine keeps its interrupt controller.</summary>
    public void Dispose() => _descriptor.Dispose();

    private void Set(string what, uint group, ulong attribute, Span<byte> value)
    {
        var set = _kernel.RequestAttribute(_descriptor.Number, KvmRequest.SetDeviceAttribute, group, attribute, value);
        if (set.Failed)
        {
            throw KvmErrors.Refused(what, $"KVM_SET_DEVICE_ATTR of group {group}, attribute {attribute}", set.Error);
        }
    }
}
