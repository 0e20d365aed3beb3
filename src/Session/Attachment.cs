using System.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>
/// A session bound to its target: the open counters of every set, and what tells that the target has ended. Disposing it closes all.
/// </summary>
internal sealed class Attachment : IDisposable
{
    /// <summary>How long an attach to a process that keeps creating threads is tried again for.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly SafeKernelHandle? _cgroup;
    private Func<string?> _notice = () => null;

    private Attachment(SetCounters[] sets, ExitWatch? exit = null, MonitoredCommand? command = null, SafeKernelHandle? cgroup = null)
    {
        Sets = sets;
        Exit = exit;
        Command = command;
        _cgroup = cgroup;
    }

    /// <summary>The counters, in the order of the plans.</summary>
    public SetCounters[] Sets { get; }

    /// <summary>Whom or what is counted, as of the attach.</summary>
    public required IReadOnlyList<AttachPoint> Points { get; init; }

    /// <summary>How the counters were opened.</summary>
    public required CounterMode Mode { get; init; }

    /// <summary>Tells when the target has ended; null for CPUs, and for the calling thread.</summary>
    public ExitWatch? Exit { get; }

    /// <summary>The command, when one is monitored.</summary>
    public MonitoredCommand? Command { get; }

    /// <summary>What the user must know of how the counters were last opened; null when there is nothing to say.</summary>
    public string? Notice => _notice();

    /// <summary>Opens counters for other plans at the same target. The present ones stay until they are replaced.</summary>
    public required Func<IReadOnlyList<CounterPlan>, SetCounters[]> Reopen { get; init; }

    public static Attachment Open(
        IPerfKernel kernel, HostDescription host, Target target, SessionOptions options, IReadOnlyList<CounterPlan> plans)
    {
        CounterMode Mode(bool isCaller) =>
            isCaller && options.UserSpaceReads == UserSpaceReads.WhenPossible ? CounterMode.OfCaller : CounterMode.Alone;

        // Counters that are opened anew share the slots of those they replace.
        var banks = new List<BreakpointBank>();
        CounterOpener Opener(IReadOnlyList<CounterPlan> some) => new(kernel, host, target, options.UnsupportedEvents, some, banks);

        switch (target)
        {
            case CallingThreadTarget:
                return AtPoints(Opener, [AttachPoint.Thread(kernel.CurrentThread)], Mode(isCaller: true), plans);
            case ThreadTarget(var threadId):
                return AtPoints(
                    Opener,
                    [AttachPoint.Thread(threadId)],
                    Mode(isCaller: threadId == kernel.CurrentThread),
                    plans,
                    ExitWatch.Open(kernel, host, threadId, thread: true));
            case VirtualMachineTarget machine:
                return AtVcpus(kernel, host, Opener, machine, plans);
            case CpuTarget(var cpus):
                return AtPoints(Opener, [.. (cpus ?? host.Cpus.Online).Select(AttachPoint.OnCpu)], CounterMode.Alone, plans);
            case CgroupTarget cgroup:
                return AtCgroup(kernel, host, Opener, cgroup, plans);
            case ProcessTarget(var processId):
                return AtProcess(kernel, host, Opener, processId, options.Following, plans);
            case CommandTarget command:
                return AtCommand(kernel, host, Opener, command, options.Following, plans);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Puts counters in the place of present ones, which are closed.</summary>
    public void Replace(SetCounters present, SetCounters counters)
    {
        Sets[Array.IndexOf(Sets, present)] = counters;
        present.Dispose();
    }

    public void Dispose()
    {
        CounterOpener.DisposeAll(Sets);
        Exit?.Dispose();
        _cgroup?.Dispose();
    }

    // What tells of the end is opened before the counters: a thread that ends meanwhile is known to have ended.
    private static Attachment AtPoints(
        Func<IReadOnlyList<CounterPlan>, CounterOpener> opener,
        IReadOnlyList<AttachPoint> points,
        CounterMode mode,
        IReadOnlyList<CounterPlan> plans,
        ExitWatch? exit = null,
        SafeKernelHandle? cgroup = null,
        string? notice = null)
    {
        try
        {
            var sets = opener(plans).Open(points, mode);
            return new Attachment(sets, exit, cgroup: cgroup)
            {
                Points = points,
                Mode = mode,
                Reopen = some => opener(some).Open(points, mode),
                _notice = () => notice,
            };
        }
        catch
        {
            exit?.Dispose();
            cgroup?.Dispose();
            throw;
        }
    }

    private static Attachment AtVcpus(
        IPerfKernel kernel,
        HostDescription host,
        Func<IReadOnlyList<CounterPlan>, CounterOpener> opener,
        VirtualMachineTarget target,
        IReadOnlyList<CounterPlan> plans)
    {
        var vcpus = VcpuPoints.Find(host, target, "count");
        return AtPoints(opener, [.. vcpus.Threads.Select(AttachPoint.Thread)], CounterMode.Alone, plans, vcpus.Watch(kernel, host), notice: vcpus.Notice);
    }

    private static Attachment AtCgroup(
        IPerfKernel kernel,
        HostDescription host,
        Func<IReadOnlyList<CounterPlan>, CounterOpener> opener,
        CgroupTarget target,
        IReadOnlyList<CounterPlan> plans)
    {
        var folder = kernel.OpenFolder(target.FolderPath);
        if (folder.Failed)
        {
            throw SessionErrors.NoCgroup("count", target.FolderPath, folder.Error);
        }

        var handle = new SafeKernelHandle(kernel, (int)folder.Value);
        AttachPoint[] points = [.. (target.List ?? host.Cpus.Online).Select(cpu => new AttachPoint(handle.Descriptor, cpu, IsCgroup: true))];
        return AtPoints(opener, points, CounterMode.Alone, plans, cgroup: handle);
    }

    // Every thread is counted once. A thread that exists at the attach gets counters of its own, and one that is created later inherits
    // those of its creator. One that appears while the attach goes on may have inherited or not, and nothing tells which: so all
    // is closed and done again, until no thread has appeared meanwhile. The session is stopped all along; nothing is lost.
    private static Attachment AtProcess(
        IPerfKernel kernel,
        HostDescription host,
        Func<IReadOnlyList<CounterPlan>, CounterOpener> opener,
        int processId,
        Following following,
        IReadOnlyList<CounterPlan> plans)
    {
        var exit = ExitWatch.Open(kernel, host, processId, thread: false);
        var mode = CounterMode.Followed(following);
        try
        {
            var notice = (string?)null;
            IReadOnlyList<AttachPoint> points = [];
            SetCounters[] OpenAll(IReadOnlyList<CounterPlan> some)
            {
                notice = null;
                for (var began = Stopwatch.GetTimestamp(); ;)
                {
                    var threads = Threads(host, processId);
                    points = [.. threads.Select(AttachPoint.Thread)];
                    var sets = opener(some).Open(points, mode);
                    var appeared = following == Following.Nothing ? 0 : Appeared(host, processId, threads);
                    if (appeared == 0)
                    {
                        return sets;
                    }

                    if (Stopwatch.GetElapsedTime(began) > s_patience)
                    {
                        notice = $"Process {processId} created threads faster than it could be attached to for {s_patience.TotalSeconds} s: up to {appeared} of its threads, and what they start, may be missing.";
                        return sets;
                    }

                    CounterOpener.DisposeAll(sets);
                }
            }

            var opened = OpenAll(plans);
            return new Attachment(opened, exit) { Points = points, Mode = mode, Reopen = OpenAll, _notice = () => notice };
        }
        catch
        {
            exit?.Dispose();
            throw;
        }
    }

    private static int Appeared(HostDescription host, int processId, IReadOnlyList<int> known)
    {
        var set = known.ToHashSet();
        return (ProcessThreads.List(host.Roots, processId) ?? []).Count(thread => !set.Contains(thread));
    }

    private static IReadOnlyList<int> Threads(HostDescription host, int processId) =>
        ProcessThreads.List(host.Roots, processId) is { Count: > 0 } threads
            ? threads
            : throw SessionErrors.NoSuchProcess("count", processId);

    private static Attachment AtCommand(
        IPerfKernel kernel,
        HostDescription host,
        Func<IReadOnlyList<CounterPlan>, CounterOpener> opener,
        CommandTarget target,
        Following following,
        IReadOnlyList<CounterPlan> plans)
    {
        var command = MonitoredCommand.Start(kernel, target);
        ExitWatch? exit = null;
        try
        {
            exit = ExitWatch.Open(kernel, host, command.ProcessId, thread: false);
            AttachPoint[] points = [AttachPoint.Thread(command.ProcessId)];
            var sets = opener(plans).Open(points, CounterMode.Waiting(following));
            return new Attachment(sets, exit, command)
            {
                Points = points,
                Mode = CounterMode.Waiting(following),
                Reopen = some => opener(some).Open(points, command.IsReleased ? CounterMode.Followed(following) : CounterMode.Waiting(following)),
            };
        }
        catch
        {
            exit?.Dispose();
            command.Abandon();
            throw;
        }
    }
}
