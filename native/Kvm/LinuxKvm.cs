using System.Text;
using Perfmon.Native.Abi;
using Tmds.Linux;
using static Tmds.Linux.LibC;

namespace Perfmon.Native.Kvm;

/// <summary>KVM of the running machine.</summary>
internal sealed unsafe class LinuxKvm : IKvmKernel
{
    private LinuxKvm()
    {
    }

    public static LinuxKvm Instance { get; } = new();

    public int CurrentThread => LinuxKernel.Instance.CurrentThread;

    public KernelResult Open(string path)
    {
        const int currentFolder = -100;
        const int readWrite = 2;
        const int closeOnExec = 0x80000;
        var bytes = Encoding.UTF8.GetBytes(path + '\0');

        // SAFETY: the path is pinned for the call and nul-terminated.
        fixed (byte* pointer = bytes)
        {
            return LinuxKernel.Result(syscall(SyscallNumbers.OpenAt, currentFolder, pointer, readWrite | closeOnExec, 0));
        }
    }

    public KernelResult Close(int descriptor) => LinuxKernel.Instance.Close(descriptor);

    public KernelResult Request(int descriptor, KvmRequest request, long argument) =>
        LinuxKernel.Result(ioctl(descriptor, unchecked((int)request), (void*)(nint)argument));

    public KernelResult Request(int descriptor, KvmRequest request, Span<byte> argument)
    {
        // SAFETY: pinned for the call. A request's number has the bytes it reads and writes, which callers give at least; the filter of events and the
        // list of MSRs are read beyond that by their own counts, which their writers make from what they wrote.
        fixed (byte* pointer = argument)
        {
            return LinuxKernel.Result(ioctl(descriptor, unchecked((int)request), pointer));
        }
    }

    public KernelResult RequestAttribute(int descriptor, KvmRequest request, uint group, ulong attribute, Span<byte> value)
    {
        // SAFETY: pinned for the call; callers give as many bytes as the attribute has.
        fixed (byte* pointer = value)
        {
            var argument = new KvmDeviceAttribute { Group = group, Attr = attribute, Addr = (ulong)pointer };
            return LinuxKernel.Result(ioctl(descriptor, unchecked((int)request), &argument));
        }
    }

    public KernelResult RequestRegister(int descriptor, KvmRequest request, ulong id, Span<byte> value)
    {
        // SAFETY: pinned for the call. Bits 55:52 of the number are the size's logarithm.
        ArgumentOutOfRangeException.ThrowIfLessThan(value.Length, 1 << (int)((id >> 52) & 0xF), nameof(value));
        fixed (byte* pointer = value)
        {
            var argument = new KvmOneRegister { Id = id, Addr = (ulong)pointer };
            return LinuxKernel.Result(ioctl(descriptor, unchecked((int)request), &argument));
        }
    }

    public KernelResult DeflectMsrs(int machine, ReadOnlySpan<KvmMsrRange> ranges)
    {
        // struct kvm_msr_filter: flags, padding, then sixteen of {flags u32, nmsrs u32, base u32, padding, bitmap pointer}.
        const int header = 8;
        const int entry = 24;
        const int most = 16;
        const uint readsAndWrites = 3;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranges.Length, most, nameof(ranges));
        var longest = 0;
        foreach (var range in ranges)
        {
            longest = Math.Max(longest, checked((int)((range.Count + 7) / 8)));
        }

        // A bit of 0 denies, and a denied access goes to user space.
        var denied = new byte[Math.Max(longest, 1)];
        var filter = stackalloc byte[header + (most * entry)];
        new Span<byte>(filter, header + (most * entry)).Clear();

        // SAFETY: the bitmap is pinned for the call, and long enough for the longest range; the kernel copies it.
        fixed (byte* bitmap = denied)
        {
            for (var i = 0; i < ranges.Length; i++)
            {
                var place = filter + header + (i * entry);
                ((uint*)place)[0] = readsAndWrites;
                ((uint*)place)[1] = ranges[i].Count;
                ((uint*)place)[2] = ranges[i].First;
                *(byte**)(place + 16) = bitmap;
            }

            return LinuxKernel.Result(ioctl(machine, unchecked((int)KvmRequest.SetMsrFilter), filter));
        }
    }

    public KernelResult Run(int vcpu) => LinuxKernel.Result(ioctl(vcpu, unchecked((int)KvmRequest.Run), 0));

    public KernelResult Map(int descriptor, long length)
    {
        const int anonymous = 0x20;
        const int withoutReserve = 0x4000;
        var flags = descriptor < 0 ? MAP_SHARED | anonymous | withoutReserve : MAP_SHARED;
        var address = mmap(null, (size_t)(ulong)length, PROT_READ | PROT_WRITE, flags, descriptor, 0);
        return address == MAP_FAILED ? KernelResult.Failure((Errno)errno) : KernelResult.Of((nint)address);
    }

    public KernelResult Unmap(nint address, long length) => LinuxKernel.Result(munmap((void*)address, (size_t)(ulong)length));

    public KernelResult ReadAt(int descriptor, Span<byte> destination, long offset)
    {
        // SAFETY: the span is pinned for the call and its length bounds what the kernel writes.
        fixed (byte* pointer = destination)
        {
            return LinuxKernel.Result(syscall(SyscallNumbers.ReadAt, descriptor, pointer, destination.Length, (size_t)(ulong)offset));
        }
    }

    public KernelResult SignalThread(int threadId, int signal) =>
        LinuxKernel.Result(syscall(SyscallNumbers.SignalThread, Environment.ProcessId, threadId, signal));

    public KernelResult CopyDescriptor(int processId, int descriptor)
    {
        var process = LinuxKernel.Instance.PidfdOpen(processId, thread: false);
        if (process.Failed)
        {
            return process;
        }

        var copy = LinuxKernel.Result(syscall(SyscallNumbers.PidfdGetDescriptor, (int)process.Value, descriptor, 0));
        LinuxKernel.Instance.Close((int)process.Value);
        return copy;
    }
}
