using Microsoft.Win32.SafeHandles;

namespace Perfmon.Native.Kvm;

/// <summary>A descriptor of KVM that closes itself. KVM keeps what others still need: a machine lives as long as its vCPUs' descriptors.</summary>
internal sealed class KvmDescriptor : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly IKvmKernel _kernel;

    public KvmDescriptor(IKvmKernel kernel, int descriptor)
        : base(ownsHandle: true)
    {
        _kernel = kernel;
        SetHandle(descriptor);
    }

    // Descriptor 0 is standard input in any process that kept it; one that closed it may well get 0 from the kernel.
    public override bool IsInvalid => handle < 0;

    /// <summary>The number, of a descriptor that is open.</summary>
    public int Number
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (int)handle;
        }
    }

    protected override bool ReleaseHandle() => !_kernel.Close((int)handle).Failed;
}
