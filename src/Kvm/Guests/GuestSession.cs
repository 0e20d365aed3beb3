using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Kvm;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Kvm.Guests;

/// <summary>
/// Counts events of a virtual machine from the host: a <see cref="MonitoringSession"/> on the thread of each vCPU, by name, with KVM's own statistics beside. vCPUs that are
/// plugged in later are picked up when they are found, and what was missed of them is said; threads that end keep their counts. All members are safe for several threads.
/// </summary>
/// <example>
/// <code>
/// using var session = GuestSession.Create("kvm:kvm_exit,page-faults,task-clock");
/// session.Attach(qemu.Id);
/// session.Start();
/// await Task.Delay(1000);
/// session.Stop();
/// foreach (var vcpu in session.Read().Vcpus)
/// {
///     Console.WriteLine($"{vcpu.Vcpu}: {string.Join(", ", vcpu.Counts)}");
/// }
/// </code>
/// </example>
public sealed partial class GuestSession : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IPerfKernel _kernel;
    private readonly IKvmKernel _kvm;
    private readonly HostDescription _host;
    private readonly GuestSessionOptions _options;

    // The threads that are counted, those that have ended included, and what was found of the machine last.
    private readonly List<VcpuSession> _vcpus = [];
    private readonly List<string> _notices = [];
    private VirtualMachine? _machine;
    private ExitWatch? _exit;
    private Timer? _timer;
    private bool _isStarted;
    private bool _isDisposed;

    private GuestSession(IReadOnlyList<EventRequest> events, GuestSessionOptions options, IPerfKernel kernel, IKvmKernel kvm, HostDescription host)
    {
        (_kernel, _kvm, _host, _options) = (kernel, kvm, host, options);
        Events = options.Mode switch
        {
            GuestMode.GuestOnly => [.. events.Select(request => Exclude(request, Exclusions.Host, "G"))],
            GuestMode.HostOnly => [.. events.Select(request => Exclude(request, Exclusions.Guest, "H"))],
            _ => events,
        };
    }

    /// <summary>The events, in the order their counts are read.</summary>
    public IReadOnlyList<EventRequest> Events { get; private set; }

    /// <summary>The VMM as it was found last; null before the attach.</summary>
    public VirtualMachine? Machine
    {
        get
        {
            lock (_gate)
            {
                return _machine;
            }
        }
    }

    /// <summary>Whether the process has ended.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                return _machine is not null && HasProcessEnded();
            }
        }
    }

    /// <summary>What must be known of the counts: vCPUs whose threads are not known, or that were found late or cannot be counted. It grows.</summary>
    public IReadOnlyList<string> Notices
    {
        get
        {
            lock (_gate)
            {
                return [.. _notices];
            }
        }
    }

    /// <summary>A session for a list of events named as in perf.</summary>
    /// <exception cref="PerfmonException">A name is wrong; the message shows where.</exception>
    public static GuestSession Create(string events, GuestSessionOptions? options = null) =>
        Create(EventParser.ParseOrThrow(events, HostDescription.Current), options);

    /// <summary>A session for events that <see cref="EventParser"/> gave.</summary>
    public static GuestSession Create(IReadOnlyList<EventRequest> events, GuestSessionOptions? options = null) =>
        Create(events, options ?? GuestSessionOptions.Default, LinuxKernel.Instance, LinuxKvm.Instance, HostDescription.Current);

    internal static GuestSession Create(
        IReadOnlyList<EventRequest> events, GuestSessionOptions options, IPerfKernel kernel, IKvmKernel kvm, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(options);
        return new GuestSession(events, options, kernel, kvm, host);
    }

    /// <summary>Binds the session to the virtual machine of a process, stopped.</summary>
    /// <param name="processId">The VMM, such as QEMU.</param>
    /// <exception cref="PerfmonException">
    /// The process runs no virtual machine, the threads of its vCPUs are not known, an event cannot be counted on them, or not in the mode that was asked for.
    /// </exception>
    public void Attach(int processId)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_machine is not null)
            {
                throw SessionErrors.AttachedAlready();
            }

            var exit = ExitWatch.Open(_kernel, _host, processId, thread: false);
            try
            {
                var threads = ProcessThreads.List(_host.Roots, processId);
                var machine = GuestVcpus.Find(_host.Roots, processId, _options.MonitorSocket);
                CheckNumbers(machine);
                AttachAll(machine, isLate: false);
                if (_vcpus.Count == 0)
                {
                    throw SessionErrors.NoVcpus("count", new VirtualMachineTarget(processId, null), machine);
                }

                (_machine, _threads, _exit) = (machine, threads, exit);
                _notices.AddRange(machine.Problems);
                _statistics = _options.Statistics ? new GuestStatisticsReader(_kvm, _host.Roots, processId, _options.MonitorSocket) : null;
            }
            catch
            {
                exit?.Dispose();
                _vcpus.ForEach(vcpu => vcpu.Dispose());
                _vcpus.Clear();
                throw;
            }

            if (_options.LookInterval > TimeSpan.Zero)
            {
                _timer = new Timer(static session => ((GuestSession)session!).LookInTime(), this, _options.LookInterval, _options.LookInterval);
            }
        }
    }

    /// <summary>Turns counting on.</summary>
    /// <exception cref="PerfmonException">The session is not attached.</exception>
    public void Start()
    {
        lock (_gate)
        {
            var machine = Attached("start");
            if (!_isStarted)
            {
                BeginStatistics(machine);
                _vcpus.ForEach(vcpu => vcpu.Start());
                _isStarted = true;
            }
        }
    }

    /// <summary>Turns counting off; counts stay.</summary>
    /// <exception cref="PerfmonException">The session is not attached.</exception>
    public void Stop()
    {
        lock (_gate)
        {
            var machine = Attached("stop");
            if (_isStarted)
            {
                _vcpus.ForEach(vcpu => vcpu.Stop());
                EndStatistics(machine);
                _isStarted = false;
            }
        }
    }

    /// <summary>Reads all counts, after a look for vCPUs that were plugged in.</summary>
    /// <exception cref="PerfmonException">The session is not attached, or its counters cannot be read.</exception>
    public GuestReading Read()
    {
        lock (_gate)
        {
            Attached("read");
            Look();
            var vcpus = _vcpus.Select(vcpu => vcpu.Read()).OrderBy(one => (one.Vcpu.Vcpu, one.Vcpu.Machine ?? 0)).ToList();
            var total = Enumerable.Range(0, Events.Count).Select(i => vcpus.Select(vcpu => vcpu.Counts[i]).Aggregate((sum, next) => sum.Plus(next)));
            return new GuestReading(vcpus, [.. total], ReadStatistics());
        }
    }

    /// <summary>Waits until the process has ended.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        while (!HasEnded)
        {
            if (_exit?.Handle is { } handle)
            {
                await DescriptorWatcher.Shared.WaitForInputAsync(handle, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Detaches and closes everything.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _timer?.Dispose();
            _vcpus.ForEach(vcpu => vcpu.Dispose());
            _statistics?.Dispose();
            _exit?.Dispose();
        }
    }

    private static EventRequest Exclude(EventRequest request, Exclusions what, string letter) =>
        (request.Selection.Exclude & what) != 0 ? request : request with
        {
            Name = $"{request.Name}:{letter}",
            Selection = request.Selection with { Exclude = request.Selection.Exclude | what },
        };

    private VirtualMachine Attached(string what)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _machine ?? throw SessionErrors.NotAttached(what);
    }

    private bool HasProcessEnded() => _exit?.HasEnded ?? ProcessThreads.List(_host.Roots, _machine!.ProcessId) is null;

    private void CheckNumbers(VirtualMachine machine)
    {
        foreach (var number in _options.Vcpus ?? [])
        {
            if (!machine.Vcpus.Any(vcpu => vcpu.Vcpu == number))
            {
                throw SessionErrors.NoVcpus("count", new VirtualMachineTarget(machine.ProcessId, number), machine);
            }
        }
    }
}
