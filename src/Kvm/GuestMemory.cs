using Perfmon.Native.Kvm;

namespace Perfmon.Kvm;

/// <summary>
/// A piece of a machine's physical memory, zeros at first. The host gives it pages when they are first touched, by the guest or here.
/// </summary>
public sealed class GuestMemory
{
    private readonly MappedMemory _mapping;

    internal GuestMemory(ulong address, MappedMemory mapping)
    {
        Address = address;
        _mapping = mapping;
    }

    /// <summary>Where the guest sees it: the physical address of its first byte.</summary>
    public ulong Address { get; }

    /// <summary>Bytes.</summary>
    public long Length => _mapping.Length;

    /// <summary>
    /// The bytes from <paramref name="guestAddress"/> on, as the guest has them now: it may write them at any time while it runs. The span is not to be used after
    /// its machine is disposed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">They do not all lie in this memory.</exception>
    /// <exception cref="ObjectDisposedException">The machine is disposed.</exception>
    public Span<byte> Bytes(ulong guestAddress, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(guestAddress, Address);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(guestAddress - Address, (ulong)Length, nameof(guestAddress));
        return _mapping.Bytes((long)(guestAddress - Address), length);
    }
}
