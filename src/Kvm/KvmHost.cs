using Perfmon.Diagnostics;
using Perfmon.Native.Abi;
using Perfmon.Native.Kvm;

namespace Perfmon.Kvm;

/// <summary>The host's KVM: an open <c>/dev/kvm</c>. It says what KVM offers, and makes machines.</summary>
public sealed class KvmHost : IDisposable
{
    // KVM's interface has been at this version since Linux 2.6.22, and will stay there.
    private const int ApiVersion = 12;

    private readonly IKvmKernel _kernel;
    private readonly KvmDescriptor _descriptor;

    private KvmHost(IKvmKernel kernel, KvmDescriptor descriptor)
    {
        _kernel = kernel;
        _descriptor = descriptor;
    }

    /// <summary>Opens <c>/dev/kvm</c>.</summary>
    /// <exception cref="PerfmonException">There is no KVM, or the user may not use it; the message says what to do.</exception>
    public static KvmHost Open() => Open(LinuxKvm.Instance, "/dev/kvm");

    internal static KvmHost Open(IKvmKernel kernel, string path)
    {
        var opened = kernel.Open(path);
        if (opened.Failed)
        {
            throw KvmErrors.CannotOpen(path, opened.Error);
        }

        var descriptor = new KvmDescriptor(kernel, (int)opened.Value);
        var version = kernel.Request(descriptor.Number, KvmRequest.GetApiVersion, 0);
        if (version.Failed || version.Value != ApiVersion)
        {
            descriptor.Dispose();
            throw KvmErrors.NotKvm(path, version);
        }

        return new KvmHost(kernel, descriptor);
    }

    /// <summary>What <c>KVM_CHECK_EXTENSION</c> answers: 0 is no, 1 is yes, and some capabilities give a number or bits.</summary>
    public int Check(KvmCapability capability) => KvmErrors.Checked(_kernel, _descriptor, capability);

    /// <summary>Makes a machine without memory and vCPUs: <c>KVM_CREATE_VM</c> of the architecture's usual type.</summary>
    /// <exception cref="PerfmonException">KVM refuses.</exception>
    public KvmMachine CreateMachine()
    {
        var made = _kernel.Request(_descriptor.Number, KvmRequest.CreateMachine, 0);
        if (made.Failed)
        {
            throw KvmErrors.Refused("make a virtual machine", "KVM_CREATE_VM", made.Error);
        }

        var machine = new KvmDescriptor(_kernel, (int)made.Value);
        var size = _kernel.Request(_descriptor.Number, KvmRequest.GetVcpuMapSize, 0);
        if (size.Failed)
        {
            machine.Dispose();
            throw KvmErrors.Refused("make a virtual machine", "KVM_GET_VCPU_MMAP_SIZE", size.Error);
        }

        return new KvmMachine(_kernel, machine, (int)size.Value);
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();
}
