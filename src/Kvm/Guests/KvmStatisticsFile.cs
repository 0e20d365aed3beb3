using Perfmon.Diagnostics;
using Perfmon.Native.Kvm;

namespace Perfmon.Kvm.Guests;

/// <summary>
/// The binary statistics of a virtual machine or a vCPU: the descriptor of <c>KVM_GET_STATS_FD</c>. It is read at any time, by any thread, and of any process that
/// has a copy: of all that KVM gives, only this is not bound to the process that made the machine. It stays readable when the machine is closed.
/// </summary>
public sealed class KvmStatisticsFile : IDisposable
{
    private readonly IKvmKernel _kernel;
    private readonly KvmDescriptor _descriptor;
    private readonly byte[] _data;
    private readonly Lock _gate = new();

    private KvmStatisticsFile(IKvmKernel kernel, KvmDescriptor descriptor)
    {
        _kernel = kernel;
        _descriptor = descriptor;
        Layout = ReadLayout();
        _data = new byte[Layout.DataLength];
    }

    /// <summary>What is in it.</summary>
    public KvmStatisticsLayout Layout { get; }

    /// <summary>Opens the statistics of a machine.</summary>
    /// <exception cref="PerfmonException">KVM refuses: the kernel has them from Linux 5.14.</exception>
    public static KvmStatisticsFile Open(KvmMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return Adopt(machine.Kernel, machine.OpenStatisticsDescriptor());
    }

    /// <summary>Opens the statistics of a vCPU.</summary>
    /// <exception cref="PerfmonException">As <see cref="Open(KvmMachine)"/>.</exception>
    public static KvmStatisticsFile Open(KvmVcpu vcpu)
    {
        ArgumentNullException.ThrowIfNull(vcpu);
        return Adopt(vcpu.Machine.Kernel, vcpu.OpenStatisticsDescriptor());
    }

    /// <summary>A copy of one that another process has open.</summary>
    /// <exception cref="PerfmonException">It may not be copied by this user, or was closed.</exception>
    internal static KvmStatisticsFile Copy(IKvmKernel kernel, int processId, int descriptor)
    {
        var copied = kernel.CopyDescriptor(processId, descriptor);
        return copied.Failed ? throw KvmErrors.CannotCopy(processId, copied.Error) : Adopt(kernel, new KvmDescriptor(kernel, (int)copied.Value));
    }

    /// <summary>Reads all values, at one time as far as KVM writes them at one.</summary>
    /// <exception cref="PerfmonException">They cannot be read.</exception>
    public KvmStatistics Read()
    {
        lock (_gate)
        {
            Fill(_data, Layout.DataOffset);
            return new KvmStatistics(Layout.ReadValues(_data));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();

    private static KvmStatisticsFile Adopt(IKvmKernel kernel, KvmDescriptor descriptor)
    {
        try
        {
            return new KvmStatisticsFile(kernel, descriptor);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    private KvmStatisticsLayout ReadLayout()
    {
        var header = new byte[KvmStatisticsLayout.HeaderLength];
        Fill(header, 0);
        var file = new byte[KvmStatisticsLayout.DescribedLength(header)];
        Fill(file, 0);
        return KvmStatisticsLayout.Parse(file);
    }

    private void Fill(Span<byte> destination, long offset)
    {
        while (destination.Length > 0)
        {
            var read = _kernel.ReadAt(_descriptor.Number, destination, offset);
            if (read.Failed || read.Value == 0)
            {
                throw new PerfmonException(
                    PerfmonReason.Unexpected,
                    $"KVM's statistics cannot be read: pread at {offset}: {(read.Failed ? read.Error.ToString() : "the end")}.",
                    (int)read.Error);
            }

            destination = destination[(int)read.Value..];
            offset += read.Value;
        }
    }
}
