using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>
/// The monitoring session on the vCPU's thread that counts for the enabled counters of a device. A PMD holds its counter's VALUE less two to the power of the
/// width, so that the PMD's wrap at 64 bits is the counter's. It has no lock, its device has one.
/// </summary>
internal sealed class HostCounters : IDisposable
{
    private readonly SessionEngine _engine;
    private readonly EventProgram _program;
    private readonly OverflowLatch? _latch;
    private readonly IReadOnlyList<WantedCounter> _wanted;
    private readonly int _width;
    private readonly Count[] _counts;

    // What each counter's times were when the session began, less what the session has counted of them since.
    private readonly (ulong Enabled, ulong Running)[] _times;
    private ulong _told;
    private bool _isStarted;

    private HostCounters(HostCounterPlace place, IReadOnlyList<WantedCounter> wanted, bool notifies, Action? tell)
    {
        _wanted = wanted;
        _width = place.Width;
        _counts = new Count[wanted.Count];
        _times = new (ulong, ulong)[wanted.Count];
        Notifies = notifies;
        _latch = notifies ? new OverflowLatch(pmd => Tell(pmd, tell)) : null;
        var options = new SessionOptions { Following = Following.Nothing, UnsupportedEvents = UnsupportedEvents.Skip };
        _engine = new SessionEngine(
            place.Kernel, place.Host, HardwareModels.Map(place.Host, place.Kernel), SessionKinds.Thread, options, format: _latch);
        EventProgram? program = null;
        try
        {
            program = EventProgram.Write(_engine, place.Kernel, [.. wanted.Select(one => one.Event)], ending: i => (Pmd(wanted[i].Value), Attributes(wanted[i])));
            _program = program;
            _engine.Attach(place.Target);
        }
        catch
        {
            _engine.Dispose();
            program?.Dispose();
            throw;
        }
    }

    /// <summary>The counters, those that this host lacks included.</summary>
    public IReadOnlyList<WantedCounter> Counters => _wanted;

    /// <summary>Whether overflows of counters with NOTIFY are told when they happen.</summary>
    public bool Notifies { get; }

    /// <summary>Opens counters on the vCPU's thread, stopped.</summary>
    /// <param name="place">Where, and on what.</param>
    /// <param name="wanted">The counters; at least one.</param>
    /// <param name="tell">Called when one with NOTIFY has overflowed, under the session's lock.</param>
    /// <param name="refused">Why, for those that the host does not count.</param>
    /// <returns>Null where it counts none.</returns>
    public static HostCounters? Open(
        HostCounterPlace place, IReadOnlyList<WantedCounter> wanted, Action? tell, IDictionary<int, PerfmonException> refused)
    {
        if (TryOpen(place, wanted, tell, out var counters, out var why))
        {
            return counters!.Without(refused);
        }

        // One that fails takes the others along: each is tried alone, and those that work are opened again.
        var works = new List<WantedCounter>();
        foreach (var one in wanted)
        {
            if (wanted.Count > 1 && TryOpen(place, [one], tell, out var alone, out why))
            {
                alone!.Dispose();
                works.Add(one);
            }
            else
            {
                refused[one.Index] = why!;
            }
        }

        if (works.Count == 0)
        {
            return null;
        }

        if (TryOpen(place, works, tell, out counters, out why))
        {
            return counters!.Without(refused);
        }

        foreach (var one in works)
        {
            refused[one.Index] = why!;
        }

        return null;
    }

    /// <summary>Whether the host can count an event of the thread.</summary>
    public static bool CanCount(HostCounterPlace place, EventRequest request)
    {
        if (!TryOpen(place, [new WantedCounter(0, request, 0, false)], null, out var counters, out _))
        {
            return false;
        }

        counters!.Dispose();
        return true;
    }

    /// <summary>Takes the times that the counters had before.</summary>
    public void Begin(ReadOnlySpan<CounterRegisters> registers)
    {
        for (var i = 0; i < _wanted.Count; i++)
        {
            ref readonly var register = ref registers[_wanted[i].Index];
            _times[i] = (register.TimeEnabled, register.TimeRunning);
        }
    }

    /// <summary>Lets the counters run or stand.</summary>
    /// <param name="runs">Whether they run.</param>
    /// <param name="freezes">Whether they freeze when one with NOTIFY overflows.</param>
    public void Run(bool runs, bool freezes)
    {
        if (_latch is not null)
        {
            _latch.Freezes = freezes;
        }

        if (runs != _isStarted)
        {
            _isStarted = runs;
            if (runs)
            {
                _engine.Start();
            }
            else
            {
                _engine.Stop(toleratesEnd: true);
            }
        }
    }

    /// <summary>Brings the registers of the counters up to date.</summary>
    /// <param name="registers">The registers of all counters.</param>
    /// <param name="overflowed">The counters that have overflowed since this was last called, or their value written.</param>
    /// <param name="told">Those of them that were told when it happened.</param>
    /// <returns>Whether the counters were frozen meanwhile, and stand.</returns>
    public bool Read(Span<CounterRegisters> registers, out ulong overflowed, out ulong told)
    {
        // Asked first: what the freeze left is what is read then.
        var isFrozen = _latch is not null && _engine.State == SessionState.Masked;
        _engine.Read(_program.Pmds, _counts);
        told = Interlocked.Exchange(ref _told, 0);
        overflowed = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            ref readonly var count = ref _counts[i];
            ref var register = ref registers[_wanted[i].Index];
            register.Value = count.Raw & (ulong.MaxValue >> (64 - _width));
            register.TimeEnabled = unchecked(_times[i].Enabled + count.TimeEnabled);
            register.TimeRunning = unchecked(_times[i].Running + count.TimeRunning);
            if (count.Raw >> _width != ulong.MaxValue >> _width)
            {
                overflowed |= 1UL << _wanted[i].Index;
                WritePmd(i, register.Value);
            }
        }

        if (isFrozen)
        {
            // The device keeps that it is frozen; its session is an ordinary one that stands.
            _engine.Stop(toleratesEnd: true);
            _engine.Restart();
            _isStarted = false;
        }

        return isFrozen;
    }

    /// <summary>Sets a counter's value after <see cref="Read"/>; its times begin anew.</summary>
    public void Write(int counter, ulong value)
    {
        for (var i = 0; i < _wanted.Count; i++)
        {
            if (_wanted[i].Index == counter)
            {
                WritePmd(i, value);
                _times[i] = (unchecked(0 - _counts[i].TimeEnabled), unchecked(0 - _counts[i].TimeRunning));
            }
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        _program.Dispose();
    }

    private static bool TryOpen(
        HostCounterPlace place, IReadOnlyList<WantedCounter> wanted, Action? tell, out HostCounters? counters, out PerfmonException? why)
    {
        why = null;
        counters = wanted.Any(one => one.Notifies) ? TryOpenNotifying(place, wanted, tell) : null;
        if (counters is not null)
        {
            return true;
        }

        try
        {
            counters = new HostCounters(place, wanted, notifies: false, null);
            return true;
        }
        catch (PerfmonException exception)
        {
            why = exception;
            return false;
        }
    }

    // Null where the host cannot count them all and tell of their overflows, too.
    private static HostCounters? TryOpenNotifying(HostCounterPlace place, IReadOnlyList<WantedCounter> wanted, Action? tell)
    {
        try
        {
            var counters = new HostCounters(place, wanted, notifies: true, tell);
            for (var i = 0; i < wanted.Count; i++)
            {
                if (counters.WhyNot(i) is not null)
                {
                    counters.Dispose();
                    return null;
                }
            }

            return counters;
        }
        catch (PerfmonException)
        {
            return null;
        }
    }

    private HostCounters Without(IDictionary<int, PerfmonException> refused)
    {
        for (var i = 0; i < _wanted.Count; i++)
        {
            if (WhyNot(i) is { } why)
            {
                refused[_wanted[i].Index] = why;
            }
        }

        return this;
    }

    private PerfmonException? WhyNot(int place) => _engine.WhyNotCounted(_program.Pmds[place]);

    private void WritePmd(int place, ulong value) => _engine.WritePmds([new PmdWrite(0, _program.Pmds[place], Pmd(value))], out _);

    private ulong Pmd(ulong value) => unchecked(value - (1UL << _width));

    // Without attributes nothing is done at an overflow but the wrap.
    private PmdAttributes? Attributes(WantedCounter one) => one.Notifies && Notifies ? new PmdAttributes { Notifies = true } : null;

    private void Tell(int pmd, Action? tell)
    {
        Interlocked.Or(ref _told, 1UL << _wanted[_program.Pmds.IndexOf(pmd)].Index);
        tell?.Invoke();
    }
}
