using Perfmon.Kvm.Paravirtual;
using Perfmon.Session;

namespace Perfmon.Kvm.Demonstration;

/// <summary>A vCPU of a <see cref="MinimalGuest"/> with its thread and its paravirtual PMU.</summary>
internal sealed class GuestVcpu : IDisposable
{
    private const int MostRounds = 64;

    private readonly MinimalGuest _guest;
    private readonly KvmVcpu _vcpu;
    private readonly MinimalGuestOptions _options;
    private readonly byte[]? _pmuState;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _runs = new(0);
    private readonly TaskCompletionSource<ParavirtualPmu> _pmu = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<GuestStop> _run = new();
    private volatile bool _isRunning;
    private volatile bool _isStopping;
    private volatile bool _isEnding;

    public GuestVcpu(MinimalGuest guest, KvmVcpu vcpu, MinimalGuestOptions options, byte[]? pmuState)
    {
        _guest = guest;
        _vcpu = vcpu;
        _options = options;
        _pmuState = pmuState;
        _thread = new Thread(Live) { IsBackground = true, Name = $"CPU {vcpu.Number}/KVM" };
        _thread.Start();
    }

    /// <summary>Its PMU, which its thread has made.</summary>
    /// <exception cref="Diagnostics.PerfmonException">It could not.</exception>
    public ParavirtualPmu Pmu => _pmu.Task.GetAwaiter().GetResult();

    public KvmVcpu Vcpu => _vcpu;

    /// <summary>Whether it has halted for good.</summary>
    public bool HasHalted { get; init; }

    public bool IsHalted { get; private set; }

    /// <summary>Goes on until it stands.</summary>
    public Task<GuestStop> Start()
    {
        if (HasHalted || IsHalted)
        {
            return Task.FromResult(GuestStop.Halted);
        }

        _run = new TaskCompletionSource<GuestStop>(TaskCreationOptions.RunContinuationsAsynchronously);
        _isStopping = false;
        _isRunning = true;
        var run = _run.Task;
        _runs.Release();
        return run;
    }

    public void Stop()
    {
        // One that stands is left alone: it would come back at once when it is run again, which is an exit more.
        if (!_isRunning)
        {
            return;
        }

        _isStopping = true;
        _vcpu.Interrupt();
    }

    public MinimalGuestState.VcpuState Save() => new(_vcpu.ReadRegisters(), _vcpu.ReadSpecialRegisters(), Pmu.Save(), HasHalted || IsHalted);

    public void Dispose()
    {
        _isEnding = true;
        Stop();
        _runs.Release();
        _thread.Join();
        _runs.Dispose();
    }

    private void Live()
    {
        ParavirtualPmu pmu;
        try
        {
            pmu = _pmuState is null
                ? new ParavirtualPmu(Target.CallingThread, _options.Pmu)
                : ParavirtualPmu.Restore(_pmuState, Target.CallingThread, _options.Pmu);
        }
        catch (Exception failure)
        {
            _pmu.SetException(failure);
            return;
        }

        _pmu.SetResult(pmu);
        using (pmu)
        {
            for (_runs.Wait(); !_isEnding; _runs.Wait())
            {
                try
                {
                    var stop = Run(pmu);
                    IsHalted = stop == GuestStop.Halted;
                    _isRunning = false;
                    _run.SetResult(stop);
                }
                catch (Exception failure)
                {
                    _isRunning = false;
                    _run.SetException(failure);
                }
            }
        }
    }

    private GuestStop Run(ParavirtualPmu pmu)
    {
        while (true)
        {
            switch (_vcpu.Run())
            {
                case VcpuExitReason.ReadMsr:
                    Read(pmu, _vcpu.Msr.Index);
                    break;
                case VcpuExitReason.WriteMsr:
                    Write(pmu, _vcpu.Msr);
                    break;
                case VcpuExitReason.Port when Output() == MinimalGuest.CheckpointPort:
                    Complete();
                    return GuestStop.Checkpoint;
                case VcpuExitReason.Port:
                    break;
                case VcpuExitReason.Mmio:
                    if (!_vcpu.Mmio.IsWrite)
                    {
                        _vcpu.AnswerMmio(ulong.MaxValue);
                    }

                    break;
                case VcpuExitReason.Interrupted when _isStopping:
                    return GuestStop.Stopped;
                case VcpuExitReason.Interrupted:
                    break;
                case VcpuExitReason.Halt:
                    return GuestStop.Halted;
                default:
                    return GuestStop.Crashed;
            }
        }
    }

    private void Read(ParavirtualPmu pmu, uint msr)
    {
        var value = 0UL;
        var isAnswered = ParavirtualPmu.Owns(msr) && pmu.TryRead(msr, out value);
        if (isAnswered)
        {
            _vcpu.AnswerMsr(value);
        }
        else
        {
            _vcpu.RefuseMsr();
        }

        _options.Traced?.Invoke(new MsrTrace(_vcpu.Number, msr, IsWrite: false, value, !isAnswered));
    }

    private void Write(ParavirtualPmu pmu, MsrAccess access)
    {
        var isAnswered = ParavirtualPmu.Owns(access.Index) && pmu.TryWrite(access.Index, access.Data);
        if (isAnswered)
        {
            _vcpu.AnswerMsr();
        }
        else
        {
            _vcpu.RefuseMsr();
        }

        _options.Traced?.Invoke(new MsrTrace(_vcpu.Number, access.Index, IsWrite: true, access.Data, !isAnswered));
    }

    // The port that the guest wrote; -1 where it read one, which gives all ones as an empty bus does.
    private int Output()
    {
        var port = _vcpu.Port;
        if (!port.IsWrite)
        {
            _vcpu.PortData.Fill(byte.MaxValue);
            return -1;
        }

        if (port.Number == MinimalGuest.ConsolePort)
        {
            _guest.Write(_vcpu.PortData);
        }

        return port.Number;
    }

    // An instruction that came to user space is complete when the vCPU is entered again, which Interrupt does for nothing else.
    private void Complete()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            _vcpu.Interrupt();
            if (_vcpu.Run() == VcpuExitReason.Interrupted)
            {
                return;
            }
        }
    }
}
