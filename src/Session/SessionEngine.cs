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
    private readonly Lock _gate = new();
    private readonly IPerfKernel _kernel;
    private readonly HostDescription _host;
    private readonly SessionOptions _options;
    private readonly Dictionary<int, CounterLabel> _labels = [];

    // Registers. Set 0 exists from creation.
    private readonly RegisterSet _registers;
    private readonly RegisterMask _availablePmcs;
    private readonly RegisterMask _availablePmds;

    // What was counted in earlier attachments, by PMD.
    private readonly Dictionary<int, CountTotal> _folded = [];
    private readonly Dictionary<int, PerfmonException> _whyNotCounted = [];

    // Whether each PMD is just what its counter has counted: no earlier attachment, nothing written to it.
    private bool _isPlain = true;

    // The attachment, and whether its counters run.
    private Attachment? _attachment;
    private bool _started;
    private bool _disposed;

    public SessionEngine(IPerfKernel kernel, HostDescription host, RegisterMap map, SessionKinds kind, SessionOptions options)
    {
        _kernel = kernel;
        _host = host;
        _options = options;
        Kind = kind;
        Map = map;
        _messages = new MessageQueue(kernel);
        _registers = new RegisterSet(0, map);
        _availablePmcs = map.AvailablePmcs(kind);
        _availablePmds = map.AvailablePmds(kind);
    }

    public SessionKinds Kind { get; }

    public RegisterMap Map { get; }

    public ref readonly RegisterMask AvailablePmcs => ref _availablePmcs;

    public ref readonly RegisterMask AvailablePmds => ref _availablePmds;

    /// <summary>The state, the target's end included.</summary>
    public SessionState State
    {
        get
        {
            lock (_gate)
            {
                NoticeEnd();
                return _attachment is null ? SessionState.Unloaded : SessionState.Loaded;
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
                NoticeEnd();
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
                return _attachment is null ? "The session is not attached." : UserAccess.Obstacle(_options, _attachment.Sets[0], _host);
            }
        }
    }

    public void Attach(Target target)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            NoticeEnd();
            if (_attachment is not null)
            {
                throw SessionErrors.AttachedAlready();
            }

            if ((target.Kind & Kind) == 0)
            {
                throw SessionErrors.WrongKind(target, Kind);
            }

            _messages.Clear();
            _whyNotCounted.Clear();
            var attachment = Attachment.Open(_kernel, _host, target, _options, [Plan()]);
            _attachment = attachment;
            try
            {
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
            RememberWhatIsSkipped();
        }
    }

    public void Start()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            NoticeEnd();
            var attachment = _attachment ?? throw SessionErrors.NotAttached("start");
            Check(attachment.Sets[0].Enable());

            // A command's counters are enabled by the kernel when it executes its program, which it is now let do.
            attachment.Command?.Release();
            _started = true;
        }
    }

    /// <param name="toleratesEnd">Whether a target that ended counts as stopped, rather than as not attached.</param>
    public void Stop(bool toleratesEnd)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            NoticeEnd();
            if (_attachment is { } attachment)
            {
                Check(attachment.Sets[0].Disable());
                _started = false;
            }
            else if (!(toleratesEnd && _hasEnded))
            {
                throw SessionErrors.NotAttached("stop");
            }
        }
    }

    public void Restart()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            NoticeEnd();
            throw SessionErrors.NothingToRestart(_attachment is not null);
        }
    }

    /// <param name="toleratesEnd">Whether a target that ended counts as detached already, rather than as an error.</param>
    public void Detach(bool toleratesEnd)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            NoticeEnd();
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

    // Takes the counts over, those that can be read, and closes everything. Detached sessions are stopped.
    private void Unload()
    {
        var counters = _attachment!.Sets[0];
        _ = counters.Read();
        Fold(counters);
        Release();
    }

    // Closes everything. Nobody can read the counts of a disposed session, which may be those of many threads.
    private void Release()
    {
        var attachment = _attachment!;
        _attachment = null;
        _started = false;
        _messages.Unwatch();
        attachment.Command?.Abandon();
        attachment.Dispose();
    }

    private void Fold(SetCounters counters)
    {
        _isPlain = false;
        foreach (var counter in counters.Plan.Counters)
        {
            var total = counters.Totals[counter.Index];
            _registers.UsePmd(counter.Pmd).Fold(total.Raw);
            var folded = _folded.GetValueOrDefault(counter.Pmd);
            folded.Add(total);
            _folded[counter.Pmd] = folded;
        }
    }

    private CounterPlan Plan() => CounterPlan.Of(_registers, _labels, _options.Scheduling, _host.Pmus);

    private void RememberWhatIsSkipped()
    {
        var counters = _attachment!.Sets[0];
        foreach (var counter in counters.Plan.Counters)
        {
            if (counters.WhySkipped(counter.Index) is { } why)
            {
                _whyNotCounted[counter.Pmd] = why;
            }
        }
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
