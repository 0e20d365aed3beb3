using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Tests.Support;

/// <summary>The calls of <see cref="IPerfKernel"/> that can be made to fail.</summary>
internal enum KernelCall
{
    PerfEventOpen,
    Read,
    Enable,
    ModifyAttributes,
    MapEvent,
    OpenFolder,
    PidfdOpen,
    WaitForExit,
    PollInput,
    EpollCreate,
    EventCreate,
    TimerCreate,
    EpollAdd,
    SpawnWaiting,
    RunOnlyOn,
    RaiseOpenFiles,
}

/// <summary>
/// A kernel that answers as a test has written: the running machine's, or <see cref="FakeEvents"/>, but for the faults. It keeps the
/// book of descriptors, so that a leak shows, and so does a descriptor that is closed twice.
/// </summary>
internal sealed class ScriptedKernel : IPerfKernel
{
    private readonly Lock _gate = new();
    private readonly IPerfKernel _kernel;
    private readonly Dictionary<KernelCall, int> _calls = [];
    private readonly List<(KernelCall Call, Func<int, bool> When, KernelResult Answer)> _faults = [];
    private readonly HashSet<int> _open = [];

    private ScriptedKernel(IPerfKernel kernel) => _kernel = kernel;

    /// <summary>The running machine's kernel, with faults.</summary>
    public static ScriptedKernel OnLinux() => new(LinuxKernel.Instance);

    /// <summary>No kernel at all: every event can be opened.</summary>
    public static ScriptedKernel Fake() => new(new FakeEvents());

    /// <summary>The events of a <see cref="Fake"/> kernel.</summary>
    public FakeEvents Events => (FakeEvents)_kernel;

    /// <summary>Descriptors that were given out and not closed.</summary>
    public IReadOnlyList<int> OpenDescriptors
    {
        get
        {
            lock (_gate)
            {
                return [.. _open.Order()];
            }
        }
    }

    /// <summary>Descriptors that were closed without being open: the number may belong to another file by then.</summary>
    public int WrongCloses { get; private set; }

    /// <summary>Mappings of events that stand.</summary>
    public int Mappings { get; private set; }

    /// <summary>The processes that were started.</summary>
    public List<int> SpawnedProcesses { get; } = [];

    /// <summary>For how long the thread that has let a command go does not run.</summary>
    public TimeSpan PauseAfterRelease { get; set; }

    /// <summary>For how long a thread does not run before it sets a period.</summary>
    public TimeSpan PauseBeforePeriod { get; set; }

    /// <summary>For how long the thread that reads next does not run afterwards.</summary>
    public TimeSpan PauseAfterRead { get; set; }

    /// <summary>What a thread does before it closes a descriptor.</summary>
    public Action BeforeClose { get; set; } = () => { };

    /// <summary>What E2BIG says the kernel knows.</summary>
    public uint KnownAttrSize { get; set; } = 128;

    public int CurrentThread => _kernel.CurrentThread;

    /// <summary>How often <paramref name="call"/> was made.</summary>
    public int Calls(KernelCall call)
    {
        lock (_gate)
        {
            return _calls.GetValueOrDefault(call);
        }
    }

    /// <summary>The <paramref name="nth"/> call from now on, counted from 1, fails.</summary>
    public ScriptedKernel Fail(KernelCall call, Errno error, int nth = 1) => Answer(call, KernelResult.Failure(error), nth);

    /// <summary>Every call from now on fails.</summary>
    public ScriptedKernel FailAlways(KernelCall call, Errno error)
    {
        _faults.Add((call, _ => true, KernelResult.Failure(error)));
        return this;
    }

    /// <summary>The <paramref name="nth"/> call from now on, counted from 1, gives <paramref name="answer"/> and does nothing.</summary>
    public ScriptedKernel Answer(KernelCall call, KernelResult answer, int nth = 1)
    {
        var number = Calls(call) + nth;
        _faults.Add((call, made => made == number, answer));
        return this;
    }

    /// <summary>Nothing fails from now on.</summary>
    public ScriptedKernel Heal()
    {
        _faults.Clear();
        return this;
    }

    public KernelResult PerfEventOpen(ref PerfEventAttr attr, int pid, int cpu, int groupDescriptor, PerfEventOpenFlags flags)
    {
        if (Scripted(KernelCall.PerfEventOpen) is { } answer)
        {
            if (answer.Error == Errno.E2BIG)
            {
                attr.Size = KnownAttrSize;
            }

            return answer;
        }

        return Opened(_kernel.PerfEventOpen(ref attr, pid, cpu, groupDescriptor, flags));
    }

    // An answer that is not scripted for what was read leaves zeros in the buffer.
    public KernelResult Read(int descriptor, Span<byte> destination)
    {
        var result = Scripted(KernelCall.Read) ?? _kernel.Read(descriptor, destination);
        if (PauseAfterRead > TimeSpan.Zero)
        {
            Thread.Sleep(PauseAfterRead);
            PauseAfterRead = TimeSpan.Zero;
        }

        return result;
    }

    public KernelResult Ioctl(int descriptor, PerfEventIoctl request, int argument) =>
        (request == PerfEventIoctl.Enable ? Scripted(KernelCall.Enable) : null) ?? _kernel.Ioctl(descriptor, request, argument);

    public KernelResult Ioctl(int descriptor, PerfEventIoctl request, ref ulong argument)
    {
        if (request == PerfEventIoctl.Period && PauseBeforePeriod > TimeSpan.Zero)
        {
            Thread.Sleep(PauseBeforePeriod);
        }

        return _kernel.Ioctl(descriptor, request, ref argument);
    }

    public KernelResult ModifyAttributes(int descriptor, ref PerfEventAttr attr) =>
        Scripted(KernelCall.ModifyAttributes) ?? _kernel.ModifyAttributes(descriptor, ref attr);

    public KernelResult MapEvent(int descriptor, int length, bool writable)
    {
        var result = Scripted(KernelCall.MapEvent) ?? _kernel.MapEvent(descriptor, length, writable);
        Mappings += result.Failed ? 0 : 1;
        return result;
    }

    public KernelResult Unmap(nint address, int length)
    {
        Mappings--;
        return _kernel.Unmap(address, length);
    }

    public KernelResult Close(int descriptor)
    {
        BeforeClose();
        Closed(descriptor);
        return _kernel.Close(descriptor);
    }

    public KernelResult OpenFolder(string path) => Scripted(KernelCall.OpenFolder) ?? Opened(_kernel.OpenFolder(path));

    public KernelResult PidfdOpen(int pid, bool thread) => Scripted(KernelCall.PidfdOpen) ?? Opened(_kernel.PidfdOpen(pid, thread));

    public KernelResult PidfdSendSignal(int pidfd, int signal) => _kernel.PidfdSendSignal(pidfd, signal);

    public KernelResult WaitForExit(int pidfd, out ChildExit exit)
    {
        exit = default;
        return Scripted(KernelCall.WaitForExit) ?? _kernel.WaitForExit(pidfd, out exit);
    }

    public KernelResult PollInput(int descriptor, int timeoutMilliseconds) =>
        Scripted(KernelCall.PollInput) ?? _kernel.PollInput(descriptor, timeoutMilliseconds);

    public KernelResult EpollCreate() => Scripted(KernelCall.EpollCreate) ?? Opened(_kernel.EpollCreate());

    public KernelResult EpollAdd(int epoll, int descriptor, int token, bool onlyWhenItComes) =>
        Scripted(KernelCall.EpollAdd) ?? _kernel.EpollAdd(epoll, descriptor, token, onlyWhenItComes);

    public KernelResult EpollRemove(int epoll, int descriptor) => _kernel.EpollRemove(epoll, descriptor);

    public KernelResult EpollWait(int epoll, Span<int> tokens, int timeoutMilliseconds) => _kernel.EpollWait(epoll, tokens, timeoutMilliseconds);

    public KernelResult EventCreate() => Scripted(KernelCall.EventCreate) ?? Opened(_kernel.EventCreate());

    public KernelResult EventSignal(int descriptor) => _kernel.EventSignal(descriptor);

    public KernelResult TimerCreate() => Scripted(KernelCall.TimerCreate) ?? Opened(_kernel.TimerCreate());

    public ulong MonotonicTime => _kernel.MonotonicTime;

    public KernelResult TimerSet(int descriptor, ulong nanoseconds) => _kernel.TimerSet(descriptor, nanoseconds);

    public KernelResult RunOnlyOn(int cpu) => Scripted(KernelCall.RunOnlyOn) ?? _kernel.RunOnlyOn(cpu);

    public KernelResult RunBeforeOthers() => _kernel.RunBeforeOthers();

    public KernelResult WaitForCpus() => _kernel.WaitForCpus();

    public KernelResult RaiseOpenFiles() => Scripted(KernelCall.RaiseOpenFiles) ?? _kernel.RaiseOpenFiles();

    public KernelResult SpawnWaiting(string program, IReadOnlyList<string> arguments, bool outputToError, out SpawnedCommand command)
    {
        command = default;
        if (Scripted(KernelCall.SpawnWaiting) is { } answer)
        {
            return answer;
        }

        var result = _kernel.SpawnWaiting(program, arguments, outputToError, out command);
        if (!result.Failed)
        {
            SpawnedProcesses.Add(command.ProcessId);
            _ = Opened(KernelResult.Of(command.ReleaseDescriptor));
        }

        return result;
    }

    public KernelResult Release(int releaseDescriptor)
    {
        Closed(releaseDescriptor);
        var result = _kernel.Release(releaseDescriptor);
        Thread.Sleep(PauseAfterRelease);
        return result;
    }

    public SafeNativeText AllocateText(string text) => _kernel.AllocateText(text);

    private KernelResult? Scripted(KernelCall call)
    {
        lock (_gate)
        {
            var number = _calls[call] = _calls.GetValueOrDefault(call) + 1;
            foreach (var fault in _faults)
            {
                if (fault.Call == call && fault.When(number))
                {
                    return fault.Answer;
                }
            }

            return null;
        }
    }

    private KernelResult Opened(KernelResult result)
    {
        lock (_gate)
        {
            if (!result.Failed)
            {
                Assert.True(_open.Add((int)result.Value), $"The kernel gave {result.Value}, which was closed behind our back.");
            }

            return result;
        }
    }

    // Before the kernel closes it: another thread may be given the number at once.
    private void Closed(int descriptor)
    {
        lock (_gate)
        {
            WrongCloses += _open.Remove(descriptor) ? 0 : 1;
        }
    }
}
