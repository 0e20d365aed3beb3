using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>
/// A monitoring session on registers: perfmon's states over kernel event groups. Both faces, <see cref="MonitoringSession"/> and
/// the five calls, are translations to it. All members are safe for several threads: one lock, held over the kernel calls, so that no
/// descriptor is closed while another thread reads it.
/// </summary>
internal sealed partial class SessionEngine : IDisposable
{
    // For how long a thread that serves other sessions too waits for this one, in milliseconds.
    private const int MostPatience = 1;

    private readonly Lock _gate = new();
    private readonly IPerfKernel _kernel;
    private readonly HostDescription _host;
    private readonly SessionOptions _options;
    private readonly RegisterMask _availablePmcs;
    private readonly RegisterMask _availablePmds;

    // The attachment, and whether the counters of the active set run.
    private Attachment? _attachment;
    private bool _started;
    private bool _disposed;

    public SessionEngine(
        IPerfKernel kernel,
        HostDescription host,
        RegisterMap map,
        SessionKinds kind,
        SessionOptions options,
        ISetDriver? driver = null,
        ISliceSink? slices = null,
        ISamplingFormat? format = null,
        bool hasMessages = true)
    {
        _format = format;
        _hasMessages = hasMessages;
        _driver = driver;
        _slices = slices;
        _kernel = kernel;
        _host = host;
        _options = options;
        Kind = kind;
        Map = map;
        _messages = new MessageQueue(kernel);
        _first = new SessionSet(0, map);
        _sets.Add(0, _first);
        _availablePmcs = map.AvailablePmcs(kind);
        _availablePmds = map.AvailablePmds(kind);
    }

    public SessionKinds Kind { get; }

    public RegisterMap Map { get; }

    public SessionOptions Options => _options;

    /// <summary>The thread that asks.</summary>
    public int CurrentThread => _kernel.CurrentThread;

    public ref readonly RegisterMask AvailablePmcs => ref _availablePmcs;

    public ref readonly RegisterMask AvailablePmds => ref _availablePmds;

    /// <summary>The state, the target's end included.</summary>
    public SessionState State
    {
        get
        {
            lock (_gate)
            {
                CatchUp();
                return _attachment is null ? SessionState.Unloaded : IsMaskedNow() ? SessionState.Masked : SessionState.Loaded;
            }
        }
    }

    /// <summary>Whether monitoring is on.</summary>
    public bool IsStarted
    {
        get
        {
            lock (_gate)
            {
                CatchUp();
                return _started;
            }
        }
    }

    /// <summary>The command that is monitored; null for other targets and before the attach. Kept after the end.</summary>
    public MonitoredCommand? Command { get; private set; }

    /// <summary>What the user must know of how the last attach went; null when there is nothing to say.</summary>
    public string? Notice { get; private set; }

    /// <summary>Why not all counters of the PMU can be read from user space; null where they can.</summary>
    public string? UserSpaceReadObstacle
    {
        get
        {
            lock (_gate)
            {
                return _attachment is null ? "The session is not attached." : UserAccess.Obstacle(_options, _first.Counters!, _host);
            }
        }
    }

    public void Attach(Target target)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            if (_attachment is not null)
            {
                throw SessionErrors.AttachedAlready();
            }

            if ((target.Kind & Kind) == 0)
            {
                throw SessionErrors.WrongKind(target, Kind);
            }

            _messages.Clear();
            var attachment = Attachment.Open(_kernel, _host, target, _options, [.. _sets.Values.Select(Plan)]);
            _attachment = attachment;
            foreach (var (set, counters) in _sets.Values.Zip(attachment.Sets))
            {
                set.Use(counters, _kernel);
                set.OverflowedPmds = default;
            }

            // The lowest-numbered set that counts is active, and its first run begins.
            _turns = [.. _sets.Values];
            BeginTurn(Array.FindIndex(_turns, set => !set.Counters!.IsAllSkipped));
            _hasTurnBegun = false;
            _switchFailure = null;
            try
            {
                _driver?.Attach(this, attachment, _turns);
                WatchOverflows(attachment);
                _journal = SwitchJournal.TryCreate(_kernel, _turns);
                _messages.Watch(attachment.Exit?.Handle);
            }
            catch
            {
                Unload();
                throw;
            }

            _hasEnded = false;
            Command = attachment.Command;
            Notice = attachment.Notice;
        }
    }

    public void Start()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            var attachment = _attachment ?? throw SessionErrors.NotAttached("start");
            if (_driver is not null)
            {
                ResumeTurn(_driver, Active!);
            }

            if (!_started && !_isMasked && Active!.Books.Count > 0)
            {
                Check(Active.Refresh());
                Check(Active.Books.Arm());
            }

            if (_isMasked)
            {
                _started = true;
                return;
            }

            Check(Active!.Counters!.Enable());

            _started = true;
            _driver?.Begin(StartOf(Active));

            // A command's counters are enabled by the kernel when it executes its program, which it is now let do. All that watches it watches by now: this thread may
            // not run again for a while.
            attachment.Command?.Release();
        }
    }

    /// <param name="toleratesEnd">Whether a target that ended counts as stopped, rather than as not attached.</param>
    public void Stop(bool toleratesEnd)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            if (_attachment is not null)
            {
                _driver?.Stop();
                Check(Active!.Counters!.Disable());
                _started = false;
                Settle(Active);
                _driver?.CatchUp();
                if (_driver is not null)
                {
                    Check(Active.Refresh());
                    Cut(Active);
                }
            }
            else if (!(toleratesEnd && _hasEnded))
            {
                throw SessionErrors.NotAttached("stop");
            }
        }
    }

    /// <param name="toleratesEnd">Whether a target that ended counts as detached already, rather than as an error.</param>
    public void Detach(bool toleratesEnd)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            if (_attachment is not null)
            {
                Unload();
            }
            else if (!(toleratesEnd && _hasEnded))
            {
                throw SessionErrors.NotAttached("detach");
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_attachment is not null)
            {
                Release();
            }

            _messages.Dispose();
        }
    }

    /// <summary>Holds the session's lock, for several operations or something of the driver's own, until that is disposed.</summary>
    public Lock.Scope Hold() => _gate.EnterScope();

    /// <summary>
    /// Holds the session's lock until <see cref="LetGo"/>, unless somebody keeps it for long: whoever closes its counters, or was preempted. For threads that serve other sessions too.
    /// </summary>
    public bool TryHold() => _gate.TryEnter() || _gate.TryEnter(MostPatience);

    /// <summary>Ends a <see cref="TryHold"/> that was granted.</summary>
    public void LetGo() => _gate.Exit();

    // Takes the counts over, those that can be read, and closes everything. Detached sessions are stopped.
    private void Unload()
    {
        if (Active is { Books.Count: > 0 } active && !_isMasked)
        {
            _ = active.Counters!.Disable();
            try
            {
                Settle(active);
            }
            catch (PerfmonException)
            {
                // Counters that cannot be read are closed all the same; the totals below say what is missing.
            }
        }

        Close(_sets.Values.SelectMany(set => set.Books));
        foreach (var set in _sets.Values)
        {
            _ = set.Refresh();
            Cut(set);
            set.Fold();
        }

        Release();
    }

    // Closes everything. Nobody can read the counts of a disposed session, which may be those of many threads.
    private void Release()
    {
        var attachment = _attachment!;
        _driver?.Detach();
        UnwatchOverflows();
        _attachment = null;
        _place = -1;
        _journal = null;
        _started = false;
        (_isMasked, _isSwitchDue, _isNotified, _maskedPmds) = (false, false, false, default);
        _messages.Unwatch();
        attachment.Command?.Abandon();
        attachment.Dispose();
    }

    private CounterPlan Plan(SessionSet set) => set.Plan(new PlanRules(_options.Scheduling, _host.Pmus)
    {
        Turns = _sets.Count == 1 ? Turns.All : set == _sets.Values[0] ? Turns.First : Turns.Later,
        SharesBreakpoints = _driver is not null,
        Overflows = new OverflowHandling(_format is not null, _format?.WakeupEvents ?? 0),
    });

    private bool IsMaskedNow()
    {
        _ = Active is { } active && TakeOverflows(active);
        return _isMasked;
    }

    private static void Check(KernelResult result)
    {
        if (result.Failed)
        {
            throw SessionErrors.ReadFailed(result.Error);
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
