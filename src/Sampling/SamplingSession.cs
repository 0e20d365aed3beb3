using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Sampling.Records;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>
/// Samples events by name: create, attach to a target, start, read records in the order of their times, stop, dispose. Underneath are
/// <c>perf_event_open(2)</c> events at every thread and CPU of the target, as <c>perf record</c> opens them, which write to one ring for each CPU. All members are
/// safe for several threads; records are read by one at a time. The stream of records ends with the target, and after <see cref="Dispose"/> when all
/// that had been in the rings is read.
/// </summary>
/// <example>
/// <code>
/// using var session = SamplingSession.Create("cpu-clock", new SamplingOptions { Callchain = CallchainOptions.Default });
/// session.Attach(Target.Process(pid));
/// session.Start();
/// await foreach (var sample in session.ReadAllAsync(cancellation))
/// {
///     Console.WriteLine($"{sample.Time} {sample.Tid} {sample.Ip:x}");
/// }
///
/// Console.WriteLine(session.Ledger);
/// </code>
/// </example>
public sealed partial class SamplingSession : IDisposable
{
    // Held over the kernel calls: no descriptor is closed and no ring unmapped while another thread uses it.
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _disposal = new();
    private readonly IPerfKernel _kernel;
    private readonly HostDescription _host;
    private readonly SamplingPlan _plan;
    private readonly List<SafeNativeText> _texts;
    private SamplingAttachment? _attachment;
    private bool _isDisposed;

    private SamplingSession(IPerfKernel kernel, HostDescription host, IReadOnlyList<EventRequest> events, SamplingOptions options, List<SafeNativeText> texts)
    {
        _kernel = kernel;
        _host = host;
        _texts = texts;
        Events = events;
        Options = options;
        _plan = SamplingPlan.Make(events, options, host, request =>
        {
            texts.Add(kernel.AllocateText(request.Text!.Value));
            return texts[^1].Address;
        });
    }

    /// <summary>The sampled events.</summary>
    public IReadOnlyList<EventRequest> Events { get; }

    /// <summary>How they are sampled.</summary>
    public SamplingOptions Options { get; }

    /// <summary>How the records of the events are laid out, by their ids. Complete once the session is attached.</summary>
    public RecordFormats Formats { get; } = new();

    /// <summary>Whether sampling is on.</summary>
    public bool IsStarted { get; private set; }

    /// <summary>Whether the thread, process or command has ended.</summary>
    public bool HasTargetEnded
    {
        get
        {
            lock (_gate)
            {
                return _hasEnded || (!_isDisposed && _attachment is { HasEnded: true });
            }
        }
    }

    /// <summary>The command that is sampled, to wait for or to signal; null for other targets.</summary>
    public MonitoredCommand? Command { get; private set; }

    /// <summary>What must be known of how the attach went, such as threads that may be missing or smaller rings; null when all is as asked.</summary>
    public string? Notice { get; private set; }

    /// <summary>How many rings there are; 0 before the attach.</summary>
    public int RingCount { get; private set; }

    /// <summary>What the session is attached to; none before.</summary>
    internal IReadOnlyList<Target> Targets { get; private set; } = [];

    /// <summary>The events as they were opened, for files that describe them.</summary>
    internal SamplingPlan Plan => _plan;

    /// <summary>The open events' ids, each with its event.</summary>
    internal IReadOnlyDictionary<ulong, SampledEvent> Ids => _ids;

    /// <summary>A session for a list of events named as in perf: <c>"cpu-clock,page-faults:u,sched:sched_switch"</c>.</summary>
    /// <exception cref="PerfmonException">A name is wrong; the message shows where. Or the options do not go together.</exception>
    public static SamplingSession Create(string events, SamplingOptions? options = null) =>
        Create(EventParser.ParseOrThrow(events, HostDescription.Current), options);

    /// <summary>A session for events that <see cref="EventParser"/> gave.</summary>
    /// <exception cref="PerfmonException">No event is named, or the options do not go together.</exception>
    public static SamplingSession Create(IReadOnlyList<EventRequest> events, SamplingOptions? options = null) =>
        Create(events, options ?? SamplingOptions.Default, LinuxKernel.Instance, HostDescription.Current);

    internal static SamplingSession Create(IReadOnlyList<EventRequest> events, SamplingOptions options, IPerfKernel kernel, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(options);
        if (options.KernelMode == KernelMode.WhenPermitted)
        {
            events = UserModeFallback.Apply(events, host);
        }

        var texts = new List<SafeNativeText>();
        try
        {
            return new SamplingSession(kernel, host, events, options, texts);
        }
        catch
        {
            texts.ForEach(text => text.Dispose());
            throw;
        }
    }

    /// <summary>Binds the session to <paramref name="target"/>, stopped. A <see cref="Target.Command"/> is started and held.</summary>
    /// <exception cref="PerfmonException">
    /// The target does not exist, may not be sampled, or an event cannot be sampled on it; or there are not as many descriptors or as much lockable memory as that
    /// takes. Nothing stays open then, and another attach may be tried.
    /// </exception>
    public void Attach(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Attach([target]);
    }

    /// <summary>
    /// Binds the session to several threads, or to several processes, which share the rings: the stream ends with the last of them. With one target it is
    /// <see cref="Attach(Target)"/>.
    /// </summary>
    /// <exception cref="PerfmonException">As there; or the targets are neither all threads nor all processes.</exception>
    public void Attach(IReadOnlyList<Target> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfZero(targets.Count, nameof(targets));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_attachment is not null)
            {
                throw SamplingErrors.AttachedAlready();
            }

            using var binding = new SamplingTarget(_kernel, _host, _plan, targets);
            var attachment = binding.Open();
            try
            {
                _signal = ReadySignal.Open(_kernel, attachment.Rings, attachment.End);
            }
            catch
            {
                attachment.Dispose();
                throw;
            }

            Adopt(attachment);
            Targets = [.. targets];
        }
    }

    /// <summary>Turns sampling on. A held command is let go, and sampled from its first instruction.</summary>
    /// <exception cref="PerfmonException">The session is not attached, or its target has ended.</exception>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var attachment = _attachment ?? throw SamplingErrors.NotAttached("start");
            if (_hasEnded || attachment.HasEnded)
            {
                throw SamplingErrors.HasEnded();
            }

            if (!IsStarted)
            {
                attachment.Start();
                IsStarted = true;
            }
        }
    }

    /// <summary>
    /// Turns sampling off; what is in the rings can be read. Nothing happens when the target has ended. Threads that are followed go on to overflow, which
    /// costs them a little, without a record.
    /// </summary>
    /// <exception cref="PerfmonException">The session is not attached.</exception>
    public void Stop()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            var attachment = _attachment ?? throw SamplingErrors.NotAttached("stop");
            if (IsStarted && !_hasEnded)
            {
                attachment.Stop();
            }

            IsStarted = false;
        }

        _signal?.Wake();
    }

    /// <summary>
    /// Keeps the records that are in the rings now, newest last, for whoever reads next. For rings that keep the newest records
    /// (<see cref="RingMode.KeepNewest"/>); each record is in one snapshot only.
    /// </summary>
    /// <exception cref="PerfmonException">The session is not attached, or its rings are read all the time.</exception>
    public void TakeSnapshot()
    {
        if (Options.RingMode != RingMode.KeepNewest)
        {
            throw SamplingErrors.NotOverwriting();
        }

        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            (_attachment ?? throw SamplingErrors.NotAttached("take a snapshot")).TakeSnapshot();
        }

        _signal?.Wake();
    }

    /// <summary>
    /// Stops and closes everything. What is in the rings, and what was read of them, can still be read: then the streams end. A command that was never
    /// started ends; one that was goes on.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            if (_attachment is { } attachment)
            {
                Conclude(attachment);
                attachment.Dispose();
            }

            IsStarted = false;
            _texts.ForEach(text => text.Dispose());
        }

        _disposal.Cancel();
        _signal?.Dispose();
    }

    // Nothing more is written: what the kernel has counted as lost is all of it.
    private void Conclude(SamplingAttachment attachment)
    {
        if (IsStarted && !_hasEnded)
        {
            try
            {
                attachment.Stop();
            }
            catch (PerfmonException)
            {
                // It is closed next.
            }
        }

        if (Options.RingMode == RingMode.KeepNewest && !_hasEnded)
        {
            attachment.TakeSnapshot();
        }

        _lost = attachment.ReadLost() ?? _lost;
    }
}
