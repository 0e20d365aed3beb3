using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>The refusals of a session, one a method, with perfmon's errno.</summary>
internal static class SessionErrors
{
    public static PerfmonException AttachedAlready() => new(
        PerfmonReason.InvalidRequest, "The session is attached already. Detach it first.", (int)Errno.EBUSY);

    public static PerfmonException NotAttached(string what) => new(
        PerfmonReason.InvalidRequest, $"Cannot {what}: the session is not attached, or its target has ended.", (int)Errno.EINVAL);

    public static PerfmonException NothingToRestart(bool attached) => new(
        PerfmonReason.InvalidRequest,
        attached ? "Cannot restart: no overflow notification is outstanding." : "Cannot restart: the session is not attached.",
        (int)Errno.EBUSY);

    public static PerfmonException WrongKind(Target target, SessionKinds kind) => new(
        PerfmonReason.InvalidRequest,
        kind == SessionKinds.SystemWide
            ? $"Cannot attach to {target}: the session was created for CPUs."
            : $"Cannot attach to {target}: the session was created for threads.",
        (int)Errno.EINVAL);

    public static PerfmonException UnknownSet(ushort set) => new(
        PerfmonReason.InvalidRequest, $"There is no event set {set}. Create it first.", (int)Errno.EINVAL);

    public static PerfmonException SetsAreFixed() => new(
        PerfmonReason.InvalidRequest, "Event sets cannot be created, changed or deleted while the session is attached. Detach it first.", (int)Errno.EBUSY);

    public static PerfmonException FirstSetStays() => new(
        PerfmonReason.InvalidRequest, "Set 0 exists as long as its session: it cannot be deleted.", (int)Errno.EINVAL);

    public static PerfmonException NotAvailable(string kind, int number, string model) => new(
        PerfmonReason.InvalidRequest,
        $"{kind}{number} is not available in this session (model {model}). See what is:  pfmon info",
        (int)Errno.EINVAL);

    public static PerfmonException MaskNotAvailable(int number) => new(
        PerfmonReason.InvalidRequest,
        $"PMD{number}: smpl_pmds or reset_pmds names a PMD that is not available in this session.",
        (int)Errno.EINVAL);

    public static PerfmonException PmdNotUsed(int number) => new(
        PerfmonReason.InvalidRequest,
        $"PMD{number} was never written, nor named by smpl_pmds or reset_pmds: it has no value.",
        (int)Errno.EINVAL);

    public static PerfmonException ReadFailed(Errno error) => new(
        PerfmonReason.Unexpected, $"The counters could not be started, stopped or read: {error}.", (int)error);

    // The verb: what was to be done with it, count or sample.
    public static PerfmonException NoSuchProcess(string verb, int processId) => new(
        PerfmonReason.NoSuchTarget,
        $"""
        Cannot {verb} process {processId}.
        There is no such process, or it has ended.
        Look it up:  pgrep -a NAME
        """,
        (int)Errno.ESRCH);

    // The verb: what was to be done with it, count or sample.
    public static PerfmonException NoVcpus(string verb, VirtualMachineTarget target, VirtualMachine machine)
    {
        var others = machine.Vcpus.Count == 0 ? "" : $" The vCPUs whose threads are known are {string.Join(", ", machine.Vcpus.Select(vcpu => vcpu.Vcpu).Distinct())}.";
        return new PerfmonException(
            PerfmonReason.NoSuchTarget,
            $"""
            Cannot {verb} {target}.
            No thread of {machine.Name} (process {machine.ProcessId}) is known to run {(target.Number is { } vcpu ? $"vCPU {vcpu}" : "a vCPU")}.{others}
            {string.Join(Environment.NewLine, machine.Problems.Append("See what is known:  pfmon kvm stat").Select(VirtualMachines.Sentence))}
            """,
            (int)Errno.ESRCH);
    }

    public static PerfmonException SeveralVcpus(string verb, VirtualMachineTarget target, IEnumerable<VcpuThread> vcpus) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot {verb} {target}.
        The process runs several virtual machines, and threads {string.Join(" and ", vcpus.Select(vcpu => vcpu.ThreadId))} each run a vCPU of that number.
        Name the thread:  pfmon stat -t {vcpus.First().ThreadId}
        """,
        (int)Errno.EINVAL);

    // The verb: what was to be done with it, count or sample.
    public static PerfmonException NoCgroup(string verb, string path, Errno error) => new(
        PerfmonReason.NoSuchTarget,
        $"""
        Cannot {verb} cgroup {path}.
        open: {error}. There is no such folder, or it may not be opened.
        List them:  find /sys/fs/cgroup -type d
        """,
        (int)error);

    public static PerfmonException NoMessageDescriptor(Errno error) => new(
        PerfmonReason.LimitReached, $"No descriptor could be made for messages. epoll: {error}.", (int)error);

    public static PerfmonException CannotWatch(int id, Errno error) => new(
        PerfmonReason.LimitReached,
        $"""
        The end of {id} cannot be watched.
        pidfd_open: {error}. It takes one more descriptor than may be opened.
        Raise the limit:  ulimit -n NUMBER   or close files.
        """,
        (int)error);

    public static PerfmonException SwitchFailed(ushort from, ushort to, KernelResult result) => new(
        PerfmonReason.Unexpected,
        $"""
        Event sets switch no more: from set {from} to set {to} the kernel answered {result.Error}.
        What was counted until then holds.
        """,
        (int)result.Error);

    public static PerfmonException NoRing(Errno error) => new(
        error is Errno.EMFILE or Errno.EPERM ? PerfmonReason.LimitReached : PerfmonReason.Unexpected,
        $"""
        What ends the turn of an event set could not be watched.
        mmap: {error}. Its two pages count as locked memory.
        Raise the limit:  sudo sysctl kernel.perf_event_mlock_kb=NUMBER
        """,
        (int)error);

    public static PerfmonException NotWatched(string call, Errno error) => new(
        error is Errno.EMFILE or Errno.EPERM ? PerfmonReason.LimitReached : PerfmonReason.Unexpected,
        $"""
        The overflows of a counter could not be watched.
        {call}: {error}. It takes a descriptor, of which a process has so many.
        Raise the limit:  ulimit -n NUMBER
        """,
        (int)error);

    public static PerfmonException NoSuchOverflows(Target target) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot act on overflows of {target}.
        Each thread and CPU overflows for itself: notifications, random periods, resets of other PMDs and sampling formats are for one thread or one CPU.
        Attach a session to each, or sample with a SamplingSession.
        """,
        (int)Errno.EINVAL);

    public static PerfmonException NotTogether(int pmd, int other) => new(
        PerfmonReason.InvalidRequest,
        $"""
        PMD{other} cannot be sampled or reset at an overflow of PMD{pmd}: they count on two PMUs, and the kernel tells values as of an overflow within one.
        Leave it out of smpl_pmds and reset_pmds, or count it in a session of its own.
        """,
        (int)Errno.EINVAL);

    // The verb: what was to be done with it, count or sample.
    public static PerfmonException IgnoresGuests(string verb, string name, Target target, string source, Exclusions asked) => new(
        PerfmonReason.NotSupported,
        $"""
        Cannot {verb} {name} on {target}.
        {(asked.HasFlag(Exclusions.Host) ? "Guests alone were asked for (exclude_host)" : "The host alone was asked for (exclude_guest)")}, and the kernel looks at that for the counters of a PMU only: events of '{source}' happen on the host, and would be counted all the same.
        Leave it out (G, H), or count an event of the CPU:  cycles:G
        """,
        (int)Errno.EOPNOTSUPP);

    public static PerfmonException TooManyEvents(int needed) => new(
        PerfmonReason.InvalidRequest,
        $"""
        The events need {needed} registers, and a session has {RegisterSpace.VirtualCount} for events by name.
        Count them in several sessions.
        """);
}
