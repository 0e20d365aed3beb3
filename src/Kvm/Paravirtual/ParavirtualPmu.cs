using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>
/// A performance-monitoring unit that a VMM offers a vCPU as MSRs, so that its guest counts without virtual hardware: a limited number of counters, all state in
/// registers, the host's <c>perf_event_open(2)</c> underneath. A VMM hands it the RDMSR and WRMSR exits of its numbers. <c>docs/paravirtual-pmu.md</c> describes it to
/// who writes a guest's driver. All members are safe for several threads.
/// </summary>
/// <example>
/// <code>
/// using var pmu = new ParavirtualPmu(Target.CallingThread); // on the vCPU's thread
/// ...
/// case RDMSR: run.Error = ParavirtualPmu.Owns(run.Index) &amp;&amp; pmu.TryRead(run.Index, out run.Data) ? 0 : 1; break;
/// case WRMSR: run.Error = ParavirtualPmu.Owns(run.Index) &amp;&amp; pmu.TryWrite(run.Index, run.Data) ? 0 : 1; break;
/// </code>
/// </example>
public sealed partial class ParavirtualPmu : IDisposable
{
    private const ulong CountersInCapabilities = 0xff;
    private const int WidthInCapabilities = 8;
    private const ulong FirstVector = 16;

    private readonly Lock _gate = new();
    private readonly ParavirtualPmuOptions _options;
    private readonly HostCounterPlace _place;
    private readonly HostEventTable _table;

    // The registers. GENERATION changes with a move alone.
    private readonly CounterRegisters[] _counters;
    private ulong _globalControl;
    private ulong _overflow;
    private ulong _notifyVector;
    private ulong _generation;
    private bool _isDisposed;

    /// <summary>A PMU as after a reset.</summary>
    /// <param name="vcpu">The vCPU's thread. <see cref="Target.CallingThread"/> is the one that calls this, not the one that calls later.</param>
    /// <param name="options">What the guest is offered; null: the defaults.</param>
    /// <exception cref="PerfmonException">The target is no thread, a text among the host events is not one event's name, or the filter is not of this CPU's vendor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of counters or their width is not possible.</exception>
    public ParavirtualPmu(Target vcpu, ParavirtualPmuOptions? options = null)
        : this(vcpu, options ?? ParavirtualPmuOptions.Default, LinuxKernel.Instance, HostDescription.Current)
    {
    }

    internal ParavirtualPmu(Target vcpu, ParavirtualPmuOptions options, IPerfKernel kernel, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(vcpu);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Counters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Counters, ParavirtualRegisters.MostCounters);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Width, ParavirtualRegisters.LeastWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Width, ParavirtualRegisters.MostWidth);
        var thread = vcpu switch
        {
            CallingThreadTarget => Target.Thread(kernel.CurrentThread),
            ThreadTarget => vcpu,
            _ => throw ParavirtualErrors.NotOneThread(vcpu),
        };
        if (options.RawEvents is { } filter)
        {
            // Whatever a guest selects later, the filter has an answer.
            _ = EntryBits.LastSelect(host.Cpu.Vendor);
            filter.ThrowIfRefused(host.Cpu.Vendor);
        }

        _options = options;
        _place = new HostCounterPlace(thread, options.Width, kernel, host);
        _table = new HostEventTable(options.HostEvents, host);
        _counters = new CounterRegisters[options.Counters];
    }

    /// <summary>How many counters there are.</summary>
    public int Counters => _counters.Length;

    /// <summary>The interrupt vector that the guest wants to be told of overflows with; 0: none.</summary>
    public byte NotifyVector
    {
        get
        {
            lock (_gate)
            {
                return (byte)_notifyVector;
            }
        }
    }

    /// <summary>Whether an MSR number is one of the device's: an access to it is answered by <see cref="TryRead"/> or <see cref="TryWrite"/>.</summary>
    public static bool Owns(uint msr) => msr - ParavirtualRegisters.First < ParavirtualRegisters.Count;

    /// <summary>The guest reads a register.</summary>
    /// <returns>False: there is no such register, and the guest gets a #GP.</returns>
    public bool TryRead(uint msr, out ulong value)
    {
        value = 0;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (ParavirtualRegisters.At(msr, Counters, out var counter) is not { } register)
            {
                return false;
            }

            value = Read((RegisterOffset)register.Offset, counter);
            return true;
        }
    }

    /// <summary>The guest writes a register.</summary>
    /// <returns>False: there is no such register, it cannot be written, or a reserved bit is 1; the guest gets a #GP and nothing changes.</returns>
    public bool TryWrite(uint msr, ulong value)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (ParavirtualRegisters.At(msr, Counters, out var counter) is not { } register || !MayWrite(register, value))
            {
                return false;
            }

            Refresh();
            Write((RegisterOffset)register.Offset, counter, value);
            return true;
        }
    }

    /// <summary>Why the host does not count for a counter that is enabled; null where it does, or nothing is known against it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such counter.</exception>
    public PerfmonException? WhyNotCounted(int counter)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)counter, (uint)Counters, nameof(counter));
        lock (_gate)
        {
            return _refused.GetValueOrDefault(counter);
        }
    }

    /// <summary>The vCPU is reset: every register stands as after the constructor.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Close();
            Array.Clear(_counters);
            (_globalControl, _overflow, _notifyVector, _generation) = (0, 0, 0, 0);
        }
    }

    /// <summary>Closes what is open on the host.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Close();
            _isDisposed = true;
        }
    }

    internal static ulong OverflowBitsOf(int counters) => OverflowBits.Frozen | ((1UL << counters) - 1);

    // The CPU has the vectors below 16 for its exceptions.
    internal static bool IsVector(ulong value) => value is 0 or (>= FirstVector and <= byte.MaxValue);

    private ulong Read(RegisterOffset register, int counter)
    {
        switch (register)
        {
            case RegisterOffset.Identity:
                return ParavirtualRegisters.IdentityValue;
            case RegisterOffset.Version:
                return ParavirtualRegisters.Version1;
            case RegisterOffset.Capabilities:
                return ((ulong)Counters & CountersInCapabilities)
                    | ((ulong)_options.Width << WidthInCapabilities)
                    | (_options.RawEvents is null ? 0 : CapabilityBits.RawEvents)
                    | (_options.Overflowed is null ? 0 : CapabilityBits.Interrupt);
            case RegisterOffset.Generation:
                return _generation;
            case RegisterOffset.GenericEvents:
                return CountableGenericEvents();
            case RegisterOffset.HostEvents:
                return CountableHostEvents();
            case RegisterOffset.NotifyVector:
                return _notifyVector;
            case RegisterOffset.GlobalControl:
                return _globalControl;
            case RegisterOffset.Control:
                return _counters[counter].Control.Bits;
        }

        Refresh();
        return register switch
        {
            RegisterOffset.GlobalStatus => (IsRunning ? GlobalStatusBits.Running : 0) | (IsFrozen ? GlobalStatusBits.Frozen : 0),
            RegisterOffset.OverflowStatus => _overflow,
            RegisterOffset.Value => _counters[counter].Value,
            RegisterOffset.Status => (ulong)StatusOf(counter),
            RegisterOffset.TimeEnabled => _counters[counter].TimeEnabled,
            RegisterOffset.TimeRunning => _counters[counter].TimeRunning,
            _ => 0,
        };
    }

    private bool MayWrite(ParavirtualRegister register, ulong value) =>
        register.Access != RegisterAccess.ReadOnly && (RegisterOffset)register.Offset switch
        {
            RegisterOffset.Control => new CounterControl(value).IsValid,
            RegisterOffset.Value => value >> _options.Width == 0,
            RegisterOffset.OverflowClear or RegisterOffset.OverflowSet => (value & ~OverflowBitsOf(Counters)) == 0,
            RegisterOffset.NotifyVector => IsVector(value),
            _ => (value & ~register.Writable) == 0,
        };

    private void Write(RegisterOffset register, int counter, ulong value)
    {
        switch (register)
        {
            case RegisterOffset.GlobalControl:
                if ((value & ~_globalControl & GlobalControlBits.Enable) != 0 && _refused.Count > 0)
                {
                    // What stood in the way may have passed.
                    Close();
                }

                _globalControl = value;
                break;
            case RegisterOffset.OverflowClear:
                _overflow &= ~value;
                break;
            case RegisterOffset.OverflowSet:
                _overflow |= value;
                break;
            case RegisterOffset.NotifyVector:
                _notifyVector = value;
                break;
            case RegisterOffset.Control:
                WriteControl(ref _counters[counter].Control, new CounterControl(value));
                break;
            case RegisterOffset.Value:
                WriteValue(counter, value);
                break;
        }

        Run();
    }

    private void WriteControl(ref CounterControl control, CounterControl value)
    {
        if (control != value && (control.IsEnabled || value.IsEnabled))
        {
            Close();
        }

        control = value;
    }
}
