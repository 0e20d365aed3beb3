using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Paravirtual;

// The host's side. The registers are all there is to the device; what is open on the host follows from them, and can be closed at any time once they are up to date.
public sealed partial class ParavirtualPmu
{
    private readonly Dictionary<int, PerfmonException> _refused = [];
    private HostCounters? _host;

    // Whether the host was asked for what CONTROL selects, and what of it the VMM did not permit.
    private bool _isOpen;
    private ulong _denied;

    // What counts on this host; null until the guest asks.
    private ulong? _genericEvents;
    private ulong? _hostEvents;

    private ushort WidestSelect => EntryBits.LastSelect(_place.Host.Cpu.Vendor);

    private bool IsFrozen => (_overflow & OverflowBits.Frozen) != 0;

    private bool IsRunning => (_globalControl & GlobalControlBits.Enable) != 0 && !IsFrozen;

    private bool Freezes => (_globalControl & GlobalControlBits.FreezeOnNotify) != 0;

    // Brings the registers up to date.
    private void Refresh()
    {
        if (_host is not { } host)
        {
            return;
        }

        try
        {
            var wasFrozen = host.Read(_counters, out var overflowed, out var told);
            _overflow |= overflowed;
            var notified = overflowed & Notifying();
            if (wasFrozen || (notified != 0 && Freezes && IsRunning))
            {
                _overflow |= OverflowBits.Frozen;
                host.Run(false, Freezes);
            }

            if ((notified & ~told) != 0)
            {
                Tell();
            }
        }
        catch (PerfmonException why)
        {
            Lose(why);
        }
    }

    // Lets the host count, or not, as the registers say.
    private void Run()
    {
        try
        {
            if (IsRunning)
            {
                Open();
            }

            _host?.Run(IsRunning, Freezes);
        }
        catch (PerfmonException why)
        {
            Lose(why);
        }
    }

    private void WriteValue(int counter, ulong value)
    {
        ref var registers = ref _counters[counter];
        (registers.Value, registers.TimeEnabled, registers.TimeRunning) = (value, 0, 0);
        try
        {
            _host?.Write(counter, value);
        }
        catch (PerfmonException why)
        {
            Lose(why);
        }
    }

    private CounterStatus StatusOf(int counter)
    {
        if (!_counters[counter].Control.IsEnabled)
        {
            return CounterStatus.None;
        }

        // A counter that does not run yet is asked about, too.
        Open();
        if ((_denied >> counter & 1) != 0)
        {
            return CounterStatus.Denied;
        }

        if (_refused.ContainsKey(counter))
        {
            return CounterStatus.NotCounted;
        }

        foreach (var one in _host?.Counters ?? [])
        {
            if (one.Index == counter)
            {
                return CounterStatus.Counting | (one.Notifies && !_host!.Notifies ? CounterStatus.Polled : 0);
            }
        }

        return CounterStatus.None;
    }

    private void Open()
    {
        if (_isOpen)
        {
            return;
        }

        _isOpen = true;
        var wanted = new List<WantedCounter>();
        for (var i = 0; i < Counters; i++)
        {
            var control = _counters[i].Control;
            if (control.IsEnabled && Select(i, control) is { } selected)
            {
                wanted.Add(new WantedCounter(i, selected, _counters[i].Value, control.Notifies));
            }
        }

        if (wanted.Count > 0)
        {
            _host = HostCounters.Open(_place, wanted, Tell, _refused);
            _host?.Begin(_counters);
        }
    }

    // Null where nothing is to be counted, for a reason that STATUS has or for none.
    private EventRequest? Select(int counter, CounterControl control)
    {
        PerfmonException? why = null;
        EventRequest? selected = null;
        switch (control.Class)
        {
            case EventClass.Host:
                selected = _table.Find(control.Code, out why);
                break;
            case EventClass.Generic when !_options.PermitsGenericEvents:
            case EventClass.Raw when !Permits(control):
                _denied |= 1UL << counter;
                break;
            case EventClass.Generic when control.Code >= ParavirtualEvents.GenericCount:
                why = new PerfmonException(PerfmonReason.NotSupported, $"The guest selects generic event {control.Code}, and there are {ParavirtualEvents.GenericCount}.");
                break;
            case EventClass.Raw when control.Code > WidestSelect:
                why = new PerfmonException(PerfmonReason.NotSupported, $"The guest selects raw event 0x{control.Code:x}, and selects of this CPU end at 0x{WidestSelect:x}.");
                break;
            case EventClass.Generic or EventClass.Raw when !(control.CountsUser || control.CountsKernel):
                break;
            case EventClass.Generic:
                selected = ParavirtualEvents.Generic((GenericEvent)control.Code, control);
                break;
            case EventClass.Raw:
                selected = ParavirtualEvents.Raw(control);
                break;
        }

        if (why is not null)
        {
            _refused[counter] = why;
        }

        return selected;
    }

    // A select that the CPU has not is nothing that a filter decides of.
    private bool Permits(CounterControl raw) => _options.RawEvents is { } filter
        && (raw.Code > WidestSelect || filter.Allows(GuestEvent.Programmable(raw.Code, raw.Umask), _place.Host.Cpu.Vendor));

    private void Close()
    {
        _host?.Dispose();
        _host = null;
        _isOpen = false;
        _denied = 0;
        _refused.Clear();
    }

    // The host's failures are no fault of the guest's instruction: its counters stand, and say that they are not counted.
    private void Lose(PerfmonException why)
    {
        _host?.Dispose();
        _host = null;
        for (var i = 0; i < Counters; i++)
        {
            if (_counters[i].Control.IsEnabled)
            {
                _ = _refused.TryAdd(i, why);
            }
        }
    }

    private ulong Notifying()
    {
        var counters = 0UL;
        for (var i = 0; i < Counters; i++)
        {
            counters |= _counters[i].Control.Notifies ? 1UL << i : 0;
        }

        return counters;
    }

    // The session's lock may be held: whoever is told may use the device, and is called by another thread.
    private void Tell()
    {
        if (_options.Overflowed is not null)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static pmu => pmu._options.Overflowed!(pmu), this, preferLocal: false);
        }
    }

    private ulong CountableGenericEvents()
    {
        var modes = CounterControl.Generic(0);
        return _genericEvents ??= !_options.PermitsGenericEvents ? 0 : Countable(ParavirtualEvents.GenericCount, number => ParavirtualEvents.Generic((GenericEvent)number, modes));
    }

    private ulong CountableHostEvents() => _hostEvents ??= Countable(Math.Min(_table.Count, 64), number => _table.Find(number, out _));

    private ulong Countable(int count, Func<int, EventRequest?> find)
    {
        var events = 0UL;
        for (var number = 0; number < count; number++)
        {
            if (find(number) is { } request && HostCounters.CanCount(_place, request))
            {
                events |= 1UL << number;
            }
        }

        return events;
    }
}
