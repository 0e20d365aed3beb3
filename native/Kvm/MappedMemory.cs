using System.Runtime.InteropServices;
using Perfmon.Native.Abi;

namespace Perfmon.Native.Kvm;

/// <summary>
/// A mapping that unmaps itself: a guest's memory, or the pages that a vCPU shares. Nothing may use it, nor a span of it, once it is disposed: KVM's types
/// see to that.
/// </summary>
internal sealed unsafe class MappedMemory : SafeHandle
{
    private readonly IKvmKernel _kernel;

    private MappedMemory(IKvmKernel kernel, nint address, long length)
        : base(0, ownsHandle: true)
    {
        _kernel = kernel;
        Length = length;
        SetHandle(address);
    }

    public override bool IsInvalid => handle == 0;

    public long Length { get; }

    public nint Address => handle;

    /// <summary>The head of a vCPU's shared pages.</summary>
    public ref KvmRun Run
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);

            // SAFETY: mapped until disposed; a vCPU's mapping is longer than the structure.
            return ref *(KvmRun*)handle;
        }
    }

    /// <summary>Maps a vCPU's pages, or for descriptor -1 memory of zeros.</summary>
    public static KernelResult TryMap(IKvmKernel kernel, int descriptor, long length, out MappedMemory? memory)
    {
        var result = kernel.Map(descriptor, length);
        memory = result.Failed ? null : new MappedMemory(kernel, (nint)result.Value, length);
        return result;
    }

    /// <summary><paramref name="length"/> bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not all lie in the mapping.</exception>
    public Span<byte> Bytes(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);

        // SAFETY: within the mapping, which lasts until disposed.
        return new Span<byte>((byte*)handle + offset, length);
    }

    protected override bool ReleaseHandle() => !_kernel.Unmap(handle, Length).Failed;
}
