using System.Diagnostics;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>Binds a plan to a target: which threads and CPUs it is opened at, and of which events the rings are. On failure nothing stays open.</summary>
internal sealed class SamplingTarget(IPerfKernel kernel, HostDescription host, SamplingPlan plan, IReadOnlyList<Target> targets) : IDisposable
{
    // How long an attach to a process that keeps creating threads is tried again for.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly TargetEnd _end = new();
    private readonly List<OpenEvent> _events = [];
    private SamplingOpener _opener = new(kernel, host, targets[0], plan);
    private MonitoredCommand? _command;
    private SafeKernelHandle? _cgroup;
    private SampleRing[] _rings = [];
    private string? _notice;
    private bool _isHandedOver;

    /// <summary>Opens everything, stopped. What was opened is the attachment's then.</summary>
    /// <exception cref="PerfmonException">The target does not exist, may not be sampled, or a limit is reached.</exception>
    public SamplingAttachment Open()
    {
        var mode = OpenEvents();
        var mapper = new RingMapper(kernel, host, plan);
        _rings = OpenRings(_events, mapper);
        var attachment = new SamplingAttachment(kernel, _events, _rings, mode, _cgroup)
        {
            End = _end,
            Command = _command,
            Notice = _notice is null || mapper.Notice is null ? _notice ?? mapper.Notice : $"{_notice}\n{mapper.Notice}",
        };
        if (mode.Following == Following.Nothing)
        {
            attachment.Connect();
        }

        _isHandedOver = true;
        return attachment;
    }

    /// <summary>Closes what an attach that failed has opened.</summary>
    public void Dispose()
    {
        if (_isHandedOver)
        {
            return;
        }

        foreach (var ring in _rings)
        {
            ring.Dispose();
        }

        SamplingOpener.DisposeAll(_events);
        _end.Dispose();
        _cgroup?.Dispose();
        _command?.Abandon();
    }

    private CounterMode OpenEvents()
    {
        if (targets.Count > 1 && !targets.All(target => target is ThreadTarget) && !targets.All(target => target is ProcessTarget) && !targets.All(target => target is VirtualMachineTarget))
        {
            throw SamplingErrors.NotTogether(targets);
        }

        // In the list as soon as they are open: what a later target is refused closes them.
        var mode = CounterMode.Alone;
        foreach (var target in targets)
        {
            _opener = new SamplingOpener(kernel, host, target, plan);
            (var events, mode) = OpenEvents(target);
            _events.AddRange(events);
        }

        return mode;
    }

    private (List<OpenEvent> Events, CounterMode Mode) OpenEvents(Target target)
    {
        switch (target)
        {
            case CallingThreadTarget:
                return OpenThread(kernel.CurrentThread);
            case ThreadTarget(var threadId):
                return OpenThread(threadId);
            case VirtualMachineTarget machine:
                return OpenVcpus(machine);
            case CpuTarget(var cpus):
                return (_opener.Open([.. (cpus ?? host.Cpus.Online).Select(AttachPoint.OnCpu)], CounterMode.Alone), CounterMode.Alone);
            case CgroupTarget cgroup:
                return OpenCgroup(cgroup);
            case ProcessTarget(var processId):
                return OpenProcess(processId);
            case CommandTarget command:
                return OpenCommand(command);
            default:
                throw new UnreachableException();
        }
    }

    // What tells of the end is opened before the events: a thread that ends meanwhile is known to have ended.
    private (List<OpenEvent> Events, CounterMode Mode) OpenThread(int threadId)
    {
        _end.Add(ExitWatch.Open(kernel, host, threadId, thread: true), () => !ProcessThreads.Exists(host.Roots, threadId));
        return (_opener.Open(targets.Count == 1 ? [AttachPoint.Thread(threadId)] : OnEachCpu([threadId]), CounterMode.Alone), CounterMode.Alone);
    }

    private (List<OpenEvent> Events, CounterMode Mode) OpenVcpus(VirtualMachineTarget target)
    {
        var vcpus = VcpuPoints.Find(host, target, "sample");
        _end.Add(vcpus.Watch(kernel, host), () => !ProcessThreads.Exists(host.Roots, vcpus.WatchedId));
        if (vcpus.Notice is { } notice)
        {
            Note(notice);
        }

        IReadOnlyList<AttachPoint> points = vcpus.Threads is [var only] && targets.Count == 1 ? [AttachPoint.Thread(only)] : OnEachCpu(vcpus.Threads);
        return (_opener.Open(points, CounterMode.Alone), CounterMode.Alone);
    }

    private (List<OpenEvent> Events, CounterMode Mode) OpenCgroup(CgroupTarget cgroup)
    {
        var folder = kernel.OpenFolder(cgroup.FolderPath);
        if (folder.Failed)
        {
            throw SessionErrors.NoCgroup("sample", cgroup.FolderPath, folder.Error);
        }

        _cgroup = new SafeKernelHandle(kernel, (int)folder.Value);
        AttachPoint[] points = [.. (cgroup.List ?? host.Cpus.Online).Select(cpu => new AttachPoint(_cgroup.Descriptor, cpu, IsCgroup: true))];
        return (_opener.Open(points, CounterMode.Alone), CounterMode.Alone);
    }

    private (List<OpenEvent> Events, CounterMode Mode) OpenCommand(CommandTarget command)
    {
        _command = MonitoredCommand.Start(kernel, command);
        _end.Add(ExitWatch.Open(kernel, host, _command.ProcessId, thread: false), () => false);
        var mode = CounterMode.Waiting(plan.Options.Following);
        return (_opener.Open(Points([_command.ProcessId]), mode), mode);
    }

    // A thread that exists at the attach gets events of its own, and one that is created later inherits those of its creator. One that appears while
    // the attach goes on may have inherited or not, and nothing tells which: so all is closed and done again, until no thread has appeared.
    private (List<OpenEvent> Events, CounterMode Mode) OpenProcess(int processId)
    {
        _end.Add(ExitWatch.Open(kernel, host, processId, thread: false), () => false);
        var mode = CounterMode.Followed(plan.Options.Following);
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            var threads = ProcessThreads.List(host.Roots, processId) ?? throw SessionErrors.NoSuchProcess("sample", processId);
            var events = _opener.Open(Points(threads), mode);
            var appeared = plan.Options.Following == Following.Nothing ? 0 : (ProcessThreads.List(host.Roots, processId) ?? []).Except(threads).Count();
            if (appeared == 0)
            {
                return (events, mode);
            }

            if (Stopwatch.GetElapsedTime(began) > s_patience)
            {
                Note($"Process {processId} created threads faster than it could be attached to for {s_patience.TotalSeconds} s: up to {appeared} of its threads, and what they start, may be missing.");
                return (events, mode);
            }

            SamplingOpener.DisposeAll(events);
        }
    }

    // A ring for events that are inherited is refused where they are not bound to a CPU (perf_mmap), and a ring that is bound to none is one thread's.
    private IReadOnlyList<AttachPoint> Points(IReadOnlyList<int> threads) =>
        plan.Options.Following == Following.Nothing && threads.Count == 1 && targets.Count == 1 ? [AttachPoint.Thread(threads[0])] : OnEachCpu(threads);

    private IReadOnlyList<AttachPoint> OnEachCpu(IReadOnlyList<int> threads) =>
        [.. threads.SelectMany(thread => host.Cpus.Online.Select(cpu => new AttachPoint(thread, cpu)))];

    private void Note(string text) => _notice = _notice is null ? text : $"{_notice}\n{text}";

    private SampleRing[] OpenRings(List<OpenEvent> events, RingMapper mapper)
    {
        var owners = new List<RingOwner>();
        try
        {
            foreach (var cpu in events.Select(one => one.Point.Cpu).Distinct())
            {
                var first = events.Find(one => one.Point.Cpu == cpu)!;
                var threadsMayEnd = first.Point is { Cpu: >= 0, Pid: >= 0, IsCgroup: false };
                var anchor = threadsMayEnd ? _opener.OpenAnchor(cpu) : null;
                owners.Add(new RingOwner(cpu, anchor?.Descriptor ?? first.Handle.Descriptor, anchor));
            }

            return mapper.Map(owners);
        }
        catch
        {
            foreach (var owner in owners)
            {
                owner.Anchor?.Dispose();
            }

            throw;
        }
    }
}
