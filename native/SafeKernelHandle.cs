using Microsoft.Win32.SafeHandles;

namespace Perfmon.Native;

/// <summary>
/// A descriptor that closes itself through the kernel it came from, so that a scripted kernel sees every leak. A caller that reads
/// <see cref="Descriptor"/> keeps the handle from being disposed meanwhile: sessions do so by their lock.
/// </summary>
internal sealed class SafeKernelHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly IPerfKernel _kernel;

    public SafeKernelHandle(IPerfKernel kernel, int descriptor)
        : base(ownsHandle: true)
    {
        _kernel = kernel;
        SetHandle(descriptor);
    }

    public int Descriptor => (int)handle;

    // Descriptor 0 is standard input in any process that kept it; one that closed it may well get 0 from the kernel.
    public override bool IsInvalid => handle < 0;

    protected override bool ReleaseHandle() => !_kernel.Close((int)handle).Failed;
}
