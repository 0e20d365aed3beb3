using System.Buffers.Binary;
using Perfmon.Kvm.Arm;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Native.Kvm;

namespace Perfmon.Tests.Kvm.Arm;

/// <summary>What a kernel does with attribute 5, which no release has: two proposals give it to different things.</summary>
internal enum AttributeFive
{
    Missing,

    /// <summary>It takes the event counters away, and has no value.</summary>
    FixedCountersOnly,

    /// <summary>It is an unsigned int, which says whether guests get counters of their own.</summary>
    Partition,

    /// <summary>It takes no value, and leaves the event counters.</summary>
    SomethingElse,
}

/// <summary>KVM of an Arm host as far as it is asked what it offers, with an attribute 5 that no kernel has yet.</summary>
internal sealed class ProposedKvm(AttributeFive five) : IKvmKernel
{
    private const uint Counters = 6;

    private readonly HashSet<int> _open = [];
    private int _next = 100;
    private uint _counters = Counters;

    /// <summary>Descriptors that were not closed.</summary>
    public int OpenDescriptors => _open.Count;

    public int CurrentThread => 1;

    public KernelResult Open(string path) => New();

    public KernelResult Close(int descriptor) => _open.Remove(descriptor) ? KernelResult.Success : KernelResult.Failure(Errno.EBADF);

    public KernelResult Request(int descriptor, KvmRequest request, long argument) => request switch
    {
        KvmRequest.GetApiVersion => KernelResult.Of(12),
        KvmRequest.CheckExtension => KernelResult.Of(1),
        KvmRequest.GetVcpuMapSize => KernelResult.Of(Environment.SystemPageSize),
        KvmRequest.CreateMachine or KvmRequest.CreateVcpu => New(),
        _ => KernelResult.Failure(Errno.ENOTTY),
    };

    public KernelResult Request(int descriptor, KvmRequest request, Span<byte> argument) =>
        request is KvmRequest.ArmPreferredTarget or KvmRequest.ArmVcpuInit ? KernelResult.Success : KernelResult.Failure(Errno.ENOTTY);

    public KernelResult RequestAttribute(int descriptor, KvmRequest request, uint group, ulong attribute, Span<byte> value)
    {
        if (attribute < (ulong)ArmPmuAttribute.FixedCounters)
        {
            return request == KvmRequest.HasDeviceAttribute ? KernelResult.Success : KernelResult.Failure(Errno.EFAULT);
        }

        if (five == AttributeFive.Missing)
        {
            return KernelResult.Failure(Errno.ENXIO);
        }

        if (request == KvmRequest.SetDeviceAttribute && five == AttributeFive.Partition && value.IsEmpty)
        {
            return KernelResult.Failure(Errno.EFAULT);
        }

        _counters = request == KvmRequest.SetDeviceAttribute && five == AttributeFive.FixedCountersOnly ? 0 : _counters;
        return KernelResult.Success;
    }

    public KernelResult RequestRegister(int descriptor, KvmRequest request, ulong id, Span<byte> value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(value, id == ArmSystemRegister.PmuControl ? _counters << 11 : 0);
        return KernelResult.Success;
    }

    public KernelResult DeflectMsrs(int machine, ReadOnlySpan<KvmMsrRange> ranges) => KernelResult.Failure(Errno.ENOTTY);

    public KernelResult Run(int vcpu) => KernelResult.Failure(Errno.ENOTTY);

    public KernelResult Map(int descriptor, long length) => LinuxKvm.Instance.Map(-1, length);

    public KernelResult Unmap(nint address, long length) => LinuxKvm.Instance.Unmap(address, length);

    public KernelResult ReadAt(int descriptor, Span<byte> destination, long offset) => KernelResult.Failure(Errno.ENOTTY);

    public KernelResult SignalThread(int threadId, int signal) => KernelResult.Success;

    public KernelResult CopyDescriptor(int processId, int descriptor) => KernelResult.Failure(Errno.ENOTTY);

    private KernelResult New()
    {
        _open.Add(_next);
        return KernelResult.Of(_next++);
    }
}
