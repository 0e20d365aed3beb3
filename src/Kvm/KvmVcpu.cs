using Perfmon.Diagnostics;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Native.Kvm;

namespace Perfmon.Kvm;

/// <summary>
/// A vCPU: KVM's descriptor of one, and the pages it shares. One thread runs it at a time; <see cref="Interrupt"/> and <see cref="Dispose"/> may be called by others.
/// </summary>
public sealed partial class KvmVcpu : IDisposable
{
    private readonly IKvmKernel _kernel;
    private readonly KvmDescriptor _descriptor;
    private readonly MappedMemory _page;
    private readonly Lock _running = new();
    private volatile int _runningThread;

    internal KvmVcpu(KvmMachine machine, int number, KvmDescriptor descriptor, MappedMemory page)
    {
        Machine = machine;
        Number = number;
        _kernel = machine.Kernel;
        _descriptor = descriptor;
        _page = page;
    }

    /// <summary>The machine it belongs to.</summary>
    public KvmMachine Machine { get; }

    /// <summary>Its number in the machine.</summary>
    public int Number { get; }

    /// <summary>The port that the guest touched, after <see cref="VcpuExitReason.Port"/>.</summary>
    public PortAccess Port
    {
        get
        {
            ref var run = ref After(VcpuExitReason.Port);
            return new(run.IoPort, run.IoDirection != 0, run.IoSize, (int)run.IoCount);
        }
    }

    /// <summary>What the guest wrote to the port, or what it will read from it: <see cref="PortAccess.Size"/> times <see cref="PortAccess.Count"/> bytes.</summary>
    public Span<byte> PortData
    {
        get
        {
            ref var run = ref After(VcpuExitReason.Port);
            return _page.Bytes((long)run.IoDataOffset, run.IoSize * (int)run.IoCount);
        }
    }

    /// <summary>The memory that the guest touched, after <see cref="VcpuExitReason.Mmio"/>. What it will read is set by <see cref="AnswerMmio"/>.</summary>
    public MmioAccess Mmio
    {
        get
        {
            ref var run = ref After(VcpuExitReason.Mmio);
            return new(run.MmioAddress, run.MmioIsWrite != 0, (int)run.MmioLength, run.MmioData);
        }
    }

    /// <summary>The register that the guest reads or writes, after <see cref="VcpuExitReason.ReadMsr"/> or <see cref="VcpuExitReason.WriteMsr"/>.</summary>
    public MsrAccess Msr
    {
        get
        {
            ref var run = ref After(VcpuExitReason.ReadMsr, VcpuExitReason.WriteMsr);
            var isWrite = run.ExitReason == (uint)VcpuExitReason.WriteMsr;
            return new(run.MsrIndex, isWrite, isWrite ? run.MsrData : 0);
        }
    }

    /// <summary>The hardware's reason after <see cref="VcpuExitReason.FailEntry"/>. On Arm, 1 is a CPU that the vCPU's PMU does not cover.</summary>
    public ulong EntryFailure => After(VcpuExitReason.FailEntry).FailEntryReason;

    /// <summary>What the guest asked for, after <see cref="VcpuExitReason.SystemEvent"/>: 1 off, 2 reset, 3 crash (<c>KVM_SYSTEM_EVENT_*</c>).</summary>
    public int SystemEvent => (int)After(VcpuExitReason.SystemEvent).SystemEventType;

    /// <summary>KVM's own reason after <see cref="VcpuExitReason.InternalError"/>: 1 is an instruction that it could not interpret.</summary>
    public int InternalError => (int)After(VcpuExitReason.InternalError).InternalSuberror;

    internal KvmDescriptor Descriptor => _descriptor;

    /// <summary>Runs the guest until it needs something: <c>KVM_RUN</c>.</summary>
    /// <exception cref="PerfmonException">KVM refuses to run it.</exception>
    public VcpuExitReason Run()
    {
        lock (_running)
        {
            // Read by Interrupt after it has asked for an exit: either it sees this thread, or the run below sees what it asked for.
            _runningThread = _kernel.CurrentThread;
            var ran = _kernel.Run(_descriptor.Number);
            _runningThread = 0;
            ref var run = ref _page.Run;
            if (ran.Error is Errno.EINTR or Errno.EAGAIN)
            {
                Volatile.Write(ref run.ImmediateExit, 0);
                run.ExitReason = (uint)VcpuExitReason.Interrupted;
                return VcpuExitReason.Interrupted;
            }

            return ran.Failed ? throw KvmErrors.Refused($"run vCPU {Number}", "KVM_RUN", ran.Error) : (VcpuExitReason)run.ExitReason;
        }
    }

    /// <summary>Ends the run that another thread is in, or the next one, with <see cref="VcpuExitReason.Interrupted"/>.</summary>
    public void Interrupt()
    {
        VcpuSignal.Prepare();
        Volatile.Write(ref _page.Run.ImmediateExit, 1);
        Interlocked.MemoryBarrier();
        if (_runningThread is var thread and not 0)
        {
            // A thread that is just leaving the guest, or has ended, is not met: there is nothing left to interrupt.
            _kernel.SignalThread(thread, VcpuSignal.Number);
        }
    }

    /// <summary>What the guest reads from memory that its machine has not: the first byte lowest.</summary>
    public void AnswerMmio(ulong data) => After(VcpuExitReason.Mmio).MmioData = data;

    /// <summary>Lets the guest's read of a register give <paramref name="value"/>, or its write be done; to be followed by <see cref="Run"/>.</summary>
    public void AnswerMsr(ulong value = 0)
    {
        ref var run = ref After(VcpuExitReason.ReadMsr, VcpuExitReason.WriteMsr);
        run.MsrError = 0;
        run.MsrData = value;
    }

    /// <summary>Gives the guest a general-protection fault (#GP) for its access to a register; to be followed by <see cref="Run"/>.</summary>
    public void RefuseMsr() => After(VcpuExitReason.ReadMsr, VcpuExitReason.WriteMsr).MsrError = 1;

    /// <summary>Closes the vCPU, which must not be running.</summary>
    public void Dispose()
    {
        // The mapping holds a reference of its own: left mapped, a vCPU would live on, and its PMU's pinned events on the host with it.
        _page.Dispose();
        _descriptor.Dispose();
    }

    /// <summary>A descriptor of KVM's statistics of the vCPU: <c>KVM_GET_STATS_FD</c>.</summary>
    internal KvmDescriptor OpenStatisticsDescriptor() => KvmMachine.OpenStatistics(_kernel, _descriptor, $"vCPU {Number}");

    private ref KvmRun After(VcpuExitReason reason, VcpuExitReason? otherReason = null)
    {
        ref var run = ref _page.Run;
        var last = (VcpuExitReason)run.ExitReason;
        if (last != reason && last != otherReason)
        {
            throw new InvalidOperationException($"The vCPU's last exit was {last}, not {reason}{(otherReason is { } other ? $" or {other}" : "")}.");
        }

        return ref run;
    }
}
