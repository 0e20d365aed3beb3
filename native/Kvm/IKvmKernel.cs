using Perfmon.Native.Abi;

namespace Perfmon.Native.Kvm;

/// <summary>
/// Every kernel call on KVM's descriptors that this library makes; <see cref="LinuxKvm"/> is the real one. A call never throws for what the kernel
/// answers. None but <see cref="Run"/> meets signals.
/// </summary>
internal interface IKvmKernel
{
    /// <summary><c>open(2)</c> for reading and writing, closed on exec.</summary>
    KernelResult Open(string path);

    /// <summary><c>close(2)</c>.</summary>
    KernelResult Close(int descriptor);

    /// <summary><c>ioctl(2)</c> with a number.</summary>
    KernelResult Request(int descriptor, KvmRequest request, long argument);

    /// <summary><c>ioctl(2)</c> with a pointer to <paramref name="argument"/>, which is as long as the request says.</summary>
    KernelResult Request(int descriptor, KvmRequest request, Span<byte> argument);

    /// <summary><c>ioctl(2)</c> KVM_SET, GET or HAS_DEVICE_ATTR; the attribute's value lies in <paramref name="value"/>.</summary>
    KernelResult RequestAttribute(int descriptor, KvmRequest request, uint group, ulong attribute, Span<byte> value);

    /// <summary><c>ioctl(2)</c> KVM_SET or GET_ONE_REG: the register's value is <paramref name="value"/>.</summary>
    KernelResult RequestRegister(int descriptor, KvmRequest request, ulong id, Span<byte> value);

    /// <summary>
    /// <c>ioctl(2)</c> KVM_X86_SET_MSR_FILTER: the MSRs of <paramref name="ranges"/> go to user space, all others to the kernel as before.
    /// </summary>
    KernelResult DeflectMsrs(int machine, ReadOnlySpan<KvmMsrRange> ranges);

    /// <summary><c>ioctl(2)</c> KVM_RUN: 0 at an exit, EINTR when a signal or <see cref="KvmRun.ImmediateExit"/> ended it.</summary>
    KernelResult Run(int vcpu);

    /// <summary><c>mmap(2)</c> of a vCPU, shared; or, for descriptor -1, of anonymous memory that the kernel fills with zeros when touched.</summary>
    KernelResult Map(int descriptor, long length);

    /// <summary><c>munmap(2)</c>.</summary>
    KernelResult Unmap(nint address, long length);

    /// <summary><c>pread(2)</c>: the bytes read.</summary>
    KernelResult ReadAt(int descriptor, Span<byte> destination, long offset);

    /// <summary><c>gettid(2)</c>: the calling thread.</summary>
    int CurrentThread { get; }

    /// <summary><c>tgkill(2)</c>: a signal to one thread of this process.</summary>
    KernelResult SignalThread(int threadId, int signal);

    /// <summary><c>pidfd_getfd(2)</c>: a descriptor of another process, as one of ours.</summary>
    KernelResult CopyDescriptor(int processId, int descriptor);
}

/// <summary>MSRs <paramref name="First"/> to First + Count - 1.</summary>
internal readonly record struct KvmMsrRange(uint First, uint Count);
