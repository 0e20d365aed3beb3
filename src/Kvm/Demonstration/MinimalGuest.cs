using System.Buffers.Binary;
using System.Text;
using Perfmon.Diagnostics;
using Perfmon.Kvm.Paravirtual;

namespace Perfmon.Kvm.Demonstration;

/// <summary>
/// A virtual machine for demonstrations and tests: 64 KiB of memory, a real-mode program, a console, and for each vCPU a thread and a
/// <see cref="ParavirtualPmu"/>. It shows what a VMM does to offer one. x86. Its members are for one thread at a time but for <see cref="Stop"/>.
/// </summary>
/// <remarks>
/// Memory: 0x0000 interrupt vectors; 0x0500 how many #GP there were (32 bits); 0x0600 results, 64 bytes for each vCPU, whose place it finds in BX; 0x0f00 the handler of #GP,
/// which counts it and passes over the RDMSR or WRMSR; 0x1000 the program; stacks below 0xf000.
/// </remarks>
public sealed class MinimalGuest : IDisposable
{
    /// <summary>The most vCPUs.</summary>
    public const int MostVcpus = 8;

    /// <summary>The port that a guest prints with.</summary>
    public const byte ConsolePort = 0xe9;

    /// <summary>The port that a guest asks to be stopped with, at <see cref="GuestStop.Checkpoint"/>.</summary>
    public const byte CheckpointPort = 0x80;

    private const int MemorySize = 0x10000;
    private const int MostProgram = 0xb000;
    private const int GpVector = 13;
    private const int FaultCount = 0x500;
    private const int Results = 0x600;
    private const int ResultBytes = 64;
    private const int FaultHandler = 0xf00;
    private const int StackTop = 0xf000;
    private const int StackBytes = 0x400;
    private const int MostConsole = 1 << 20;

    // push bp; mov bp, sp; add word [bp + 2], 2; lock inc dword [0x500]; pop bp; iret. RDMSR and WRMSR have two bytes.
    private static readonly byte[] s_handler = [0x55, 0x89, 0xe5, 0x83, 0x46, 0x02, 0x02, 0xf0, 0x66, 0xff, 0x06, 0x00, 0x05, 0x5d, 0xcf];

    private readonly KvmHost _host;
    private readonly KvmMachine _machine;
    private readonly GuestMemory _memory;
    private readonly GuestVcpu[] _vcpus;
    private readonly StringBuilder _console = new();

    /// <summary>A machine that starts <paramref name="program"/> when it is run.</summary>
    /// <exception cref="PerfmonException">KVM cannot be used, or refuses; or the program is too long.</exception>
    public MinimalGuest(RealModeProgram program, MinimalGuestOptions? options = null)
        : this(options ?? MinimalGuestOptions.Default, Fits(program), null)
    {
    }

    private MinimalGuest(MinimalGuestOptions options, RealModeProgram? program, MinimalGuestState? state)
    {
        var count = state?.Vcpus.Count ?? options.Vcpus;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostVcpus, nameof(options));
        _host = KvmHost.Open();
        _vcpus = new GuestVcpu[count];
        try
        {
            _machine = _host.CreateMachine();
            _machine.DeflectMsrs(new MsrRange(ParavirtualRegisters.First, ParavirtualRegisters.Count));
            _memory = _machine.AddMemory(0, MemorySize);
            if (state is null)
            {
                Load(program!);
            }
            else
            {
                state.Memory.CopyTo(_memory.Bytes(0, MemorySize));
                _console.Append(state.Console);
            }

            for (var i = 0; i < count; i++)
            {
                _vcpus[i] = Create(i, options, state?.Vcpus[i]);
            }

            // A PMU that cannot be made is the caller's to know.
            foreach (var vcpu in _vcpus)
            {
                _ = vcpu.Pmu;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the guest has printed, at most a megabyte.</summary>
    public string Console
    {
        get
        {
            lock (_console)
            {
                return _console.ToString();
            }
        }
    }

    /// <summary>How many #GP the guest was given, as its own handler counted them.</summary>
    public uint Faults => BinaryPrimitives.ReadUInt32LittleEndian(_memory.Bytes(FaultCount, sizeof(uint)));

    /// <summary>Goes on in a new machine from where <paramref name="state"/> was saved.</summary>
    /// <exception cref="PerfmonException">KVM cannot be used, or refuses; or a PMU's state cannot be loaded.</exception>
    public static MinimalGuest Restore(MinimalGuestState state, MinimalGuestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new(options ?? MinimalGuestOptions.Default, null, state);
    }

    /// <summary>A vCPU's paravirtual PMU.</summary>
    public ParavirtualPmu Pmu(int vcpu = 0) => _vcpus[vcpu].Pmu;

    /// <summary>A result that a vCPU stored at BX + 8 * <paramref name="index"/>, 0 to 7.</summary>
    public ulong Result(int index, int vcpu = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)(ResultBytes / sizeof(ulong)), nameof(index));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)vcpu, (uint)_vcpus.Length, nameof(vcpu));
        return BinaryPrimitives.ReadUInt64LittleEndian(_memory.Bytes((ulong)(Results + (vcpu * ResultBytes) + (index * sizeof(ulong))), sizeof(ulong)));
    }

    /// <summary>Runs the vCPUs, each on its own thread, until all halted or one stands for another reason, which stops the others.</summary>
    /// <param name="cancellationToken">Stops the guest.</param>
    /// <exception cref="PerfmonException">KVM refuses to run a vCPU.</exception>
    public GuestStop Run(CancellationToken cancellationToken = default)
    {
        var runs = Array.ConvertAll(_vcpus, vcpu => vcpu.Start());
        using (cancellationToken.Register(Stop))
        {
            var waiting = runs.ToList();
            while (waiting.Count > 0)
            {
                var ended = Task.WhenAny(waiting).GetAwaiter().GetResult();
                waiting.Remove(ended);
                if (!(ended.IsCompletedSuccessfully && ended.Result == GuestStop.Halted))
                {
                    Stop();
                }
            }
        }

        var stops = Array.ConvertAll(runs, run => run.GetAwaiter().GetResult());
        return stops.Contains(GuestStop.Crashed) ? GuestStop.Crashed
            : stops.Contains(GuestStop.Checkpoint) ? GuestStop.Checkpoint
            : stops.Contains(GuestStop.Stopped) ? GuestStop.Stopped
            : GuestStop.Halted;
    }

    /// <summary>Stops a run, from any thread. The guest can be saved then, and goes on when it is run again.</summary>
    public void Stop()
    {
        foreach (var vcpu in _vcpus)
        {
            vcpu.Stop();
        }
    }

    /// <summary>All there is to the guest, which stands.</summary>
    public MinimalGuestState Save() => new(_memory.Bytes(0, MemorySize).ToArray(), [.. _vcpus.Select(vcpu => vcpu.Save())], Console);

    /// <summary>Ends the vCPUs' threads and closes the machine.</summary>
    public void Dispose()
    {
        foreach (var vcpu in _vcpus)
        {
            vcpu?.Dispose();
        }

        _machine?.Dispose();
        _host.Dispose();
    }

    internal void Write(ReadOnlySpan<byte> text)
    {
        lock (_console)
        {
            if (_console.Length + text.Length <= MostConsole)
            {
                _console.Append(Encoding.Latin1.GetString(text));
            }
        }
    }

    private static RealModeProgram Fits(RealModeProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return program.Length <= MostProgram
            ? program
            : throw new PerfmonException(PerfmonReason.InvalidRequest, $"The guest's program has {program.Length} bytes, and there is room for {MostProgram}.");
    }

    private void Load(RealModeProgram program)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_memory.Bytes(GpVector * 4, sizeof(ushort)), FaultHandler);
        s_handler.CopyTo(_memory.Bytes(FaultHandler, s_handler.Length));
        program.ToArray().CopyTo(_memory.Bytes(RealModeProgram.Origin, program.Length));
    }

    private GuestVcpu Create(int number, MinimalGuestOptions options, MinimalGuestState.VcpuState? state)
    {
        var vcpu = _machine.CreateVcpu(number);
        if (state is null)
        {
            vcpu.StartInRealMode(RealModeProgram.Origin, (ushort)(StackTop - (number * StackBytes)));
            vcpu.WriteRegisters(vcpu.ReadRegisters() with { Rbx = (ulong)(Results + (number * ResultBytes)) });
        }
        else
        {
            vcpu.WriteSpecialRegisters(state.SpecialRegisters);
            vcpu.WriteRegisters(state.Registers);
        }

        return new GuestVcpu(this, vcpu, options, state?.Pmu) { HasHalted = state?.HasHalted ?? false };
    }
}
