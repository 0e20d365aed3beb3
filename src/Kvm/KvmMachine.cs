using System.Globalization;
using System.Runtime.InteropServices;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Native.Kvm;

namespace Perfmon.Kvm;

/// <summary>
/// A virtual machine: KVM's descriptor of one. It belongs to the process that made it, and KVM answers no other. Its vCPUs are disposed before it; its memory
/// goes with it.
/// </summary>
public sealed partial class KvmMachine : IDisposable
{
    private readonly IKvmKernel _kernel;
    private readonly KvmDescriptor _descriptor;
    private readonly List<GuestMemory> _memory = [];
    private readonly List<MappedMemory> _mappings = [];
    private readonly List<KvmVcpu> _vcpus = [];
    private readonly Lock _lock = new();
    private readonly int _vcpuMapSize;

    internal KvmMachine(IKvmKernel kernel, KvmDescriptor descriptor, int vcpuMapSize)
    {
        _kernel = kernel;
        _descriptor = descriptor;
        _vcpuMapSize = vcpuMapSize;
    }

    internal IKvmKernel Kernel => _kernel;

    internal KvmDescriptor Descriptor => _descriptor;

    /// <summary>
    /// The first machine of another process, as a copy of its descriptor (<c>pidfd_getfd(2)</c>). KVM refuses whatever is asked of it from here, with the reason: machines
    /// obey the process that made them.
    /// </summary>
    /// <exception cref="PerfmonException">The process has no machine, or its descriptors may not be copied by this user.</exception>
    public static KvmMachine OfProcess(int processId) => OfProcess(LinuxKvm.Instance, HostRoots.System, processId);

    internal static KvmMachine OfProcess(IKvmKernel kernel, HostRoots roots, int processId)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        if (FirstMachine(roots, processId) is not { } number)
        {
            throw KvmErrors.NoMachine(processId);
        }

        var copied = kernel.CopyDescriptor(processId, number);
        return copied.Failed
            ? throw KvmErrors.CannotCopy(processId, copied.Error)
            : new KvmMachine(kernel, new KvmDescriptor(kernel, (int)copied.Value), vcpuMapSize: 0);
    }

    /// <summary>What <c>KVM_CHECK_EXTENSION</c> answers of this machine: 0 is no, 1 is yes, and some capabilities give a number or bits.</summary>
    public int Check(KvmCapability capability) => KvmErrors.Checked(_kernel, _descriptor, capability);

    /// <summary>Gives the machine memory: <c>KVM_SET_USER_MEMORY_REGION</c>.</summary>
    /// <param name="guestAddress">Its physical address in the guest, a multiple of the page size.</param>
    /// <param name="length">Bytes, a multiple of the page size.</param>
    /// <exception cref="ArgumentOutOfRangeException">The address or the length is no multiple of the page size, or the length is not positive.</exception>
    /// <exception cref="PerfmonException">KVM refuses: it overlaps other memory, for one.</exception>
    public GuestMemory AddMemory(ulong guestAddress, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % Environment.SystemPageSize, 0, nameof(length));
        ArgumentOutOfRangeException.ThrowIfNotEqual(guestAddress % (ulong)Environment.SystemPageSize, 0UL, nameof(guestAddress));
        lock (_lock)
        {
            var mapped = MappedMemory.TryMap(_kernel, descriptor: -1, length, out var mapping);
            if (mapped.Failed)
            {
                throw KvmErrors.Refused($"give the machine {length} bytes of memory", "mmap", mapped.Error);
            }

            var region = new KvmMemoryRegion
            {
                Slot = (uint)_memory.Count,
                GuestPhysAddr = guestAddress,
                MemorySize = (ulong)length,
                UserspaceAddr = (ulong)mapping!.Address,
            };
            var set = _kernel.Request(_descriptor.Number, KvmRequest.SetUserMemoryRegion, AsBytes(ref region));
            if (set.Failed)
            {
                mapping.Dispose();
                throw KvmErrors.Refused($"give the machine {length} bytes of memory at 0x{guestAddress:x}", "KVM_SET_USER_MEMORY_REGION", set.Error);
            }

            var memory = new GuestMemory(guestAddress, mapping);
            _memory.Add(memory);
            _mappings.Add(mapping);
            return memory;
        }
    }

    /// <summary>Makes a vCPU: <c>KVM_CREATE_VCPU</c>.</summary>
    /// <param name="number">Its number, which the guest knows it by (its APIC's on x86).</param>
    /// <exception cref="PerfmonException">KVM refuses: the number is taken (EEXIST) or too large (EINVAL), for one.</exception>
    public KvmVcpu CreateVcpu(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        lock (_lock)
        {
            var made = _kernel.Request(_descriptor.Number, KvmRequest.CreateVcpu, number);
            if (made.Failed)
            {
                throw KvmErrors.Refused($"make vCPU {number}", "KVM_CREATE_VCPU", made.Error);
            }

            var descriptor = new KvmDescriptor(_kernel, (int)made.Value);
            var mapped = MappedMemory.TryMap(_kernel, descriptor.Number, _vcpuMapSize, out var page);
            if (mapped.Failed)
            {
                descriptor.Dispose();
                throw KvmErrors.Refused($"make vCPU {number}", "mmap of the vCPU", mapped.Error);
            }

            var vcpu = new KvmVcpu(this, number, descriptor, page!);
            _vcpus.Add(vcpu);
            return vcpu;
        }
    }

    /// <summary>
    /// Closes the machine: its vCPUs, which must not be running, then its memory. Spans of that memory must not be used any more.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            // A vCPU's mapped page keeps it, and its PMU's events on the host, alive: see KvmVcpu.Dispose.
            foreach (var vcpu in _vcpus)
            {
                vcpu.Dispose();
            }

            _descriptor.Dispose();
            foreach (var mapping in _mappings)
            {
                mapping.Dispose();
            }
        }
    }

    private static int? FirstMachine(HostRoots roots, int processId)
    {
        var process = Path.Join(roots.Proc, processId.ToString(CultureInfo.InvariantCulture));
        if (!Directory.Exists(process))
        {
            throw KvmErrors.NoSuchProcess(processId);
        }

        var links = ProcessDescriptors.Links(process) ?? throw KvmErrors.CannotCopy(processId, Errno.EACCES);
        return links.Find(one => one.Link == VirtualMachines.MachineLink).Number is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : null;
    }

    internal static Span<byte> AsBytes<T>(ref T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new Span<T>(ref value));
}
