using Perfmon.Native;

namespace Perfmon.Diagnostics;

/// <summary>
/// Turns what <c>perf_event_open(2)</c> answered into what was asked, why this machine refused it, and what to do.
/// A pure function: every row of it is a row of a test table.
/// </summary>
internal static class KernelErrorExplainer
{
    public static PerfmonException Explain(OpenFailure failure, MachineFacts machine)
    {
        var (reason, why, cure) = failure.Error switch
        {
            Errno.EACCES or Errno.EPERM => NotPermitted(failure, machine),
            Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => NoSuchEvent(failure, machine),
            Errno.EMFILE => TooManyFiles(failure, machine),
            Errno.ENFILE => (PerfmonReason.LimitReached, "The whole machine has as many files open as it may.", "Raise it:  sudo sysctl -w fs.file-max=NUMBER"),
            Errno.ENOSPC => NoSpace(failure),
            Errno.ESRCH => (PerfmonReason.NoSuchTarget, "There is no such thread, or it has ended.", "Look it up again:  ps -eLf"),
            Errno.E2BIG => TooNew(failure),
            Errno.EOPNOTSUPP when machine.MediatesPmu && failure.CountsGuests => GivenToGuests(failure),
            Errno.EOPNOTSUPP => NotSupported(failure),
            Errno.EINVAL => Invalid(failure, machine),
            Errno.EBUSY => (PerfmonReason.Busy, $"Another user has {failure.Pmu} to itself, as a profiler with exclusive counters does.", "End it, or count later."),
            Errno.ENOSYS => (PerfmonReason.NotSupported, "This kernel is built without perf events, or a seccomp filter hides them.", "Run where CONFIG_PERF_EVENTS is on, or allow perf_event_open in the container's seccomp profile."),
            Errno.ENOMEM => (PerfmonReason.LimitReached, "The kernel has no memory left for the event.", "Ask for fewer events or threads."),
            _ => (PerfmonReason.Unexpected, "The kernel does not document this answer.", "Please report it with this message and the output of pfmon info."),
        };
        var message = $"""
            Cannot {(failure.IsSampled ? "sample" : "count")} {failure.Event}{(failure.Set is { } set ? $" in set {set}" : "")} on {failure.Target}.
            perf_event_open: {failure.Error}. {why}
            {cure}
            """;
        return new PerfmonException(reason, message, (int)failure.Error);
    }

    private static (PerfmonReason Reason, string Why, string Cure) NotPermitted(OpenFailure failure, MachineFacts machine)
    {
        // Paranoid levels answer EACCES; a filter answers EPERM before the kernel has looked at anything.
        if (machine.IsFiltered && failure.Error == Errno.EPERM)
        {
            return Denied(
                "A seccomp filter stands before system calls, as in most containers, and may forbid perf_event_open.",
                "Allow it: run the container with --cap-add PERFMON and a seccomp profile that lets perf_event_open pass.");
        }

        if (failure.IsBreakpoint && failure.Error == Errno.EPERM)
        {
            return Denied("An address of the kernel may be watched with CAP_SYS_ADMIN only.", "Run as root.");
        }

        if (!machine.MayMonitorAll)
        {
            if (failure.IsProbe)
            {
                return Denied("Probes need CAP_PERFMON, whatever kernel.perf_event_paranoid is.", "Run as root, or with CAP_PERFMON.");
            }

            if (machine.Paranoid is > 0 and var paranoid && TooParanoid(failure, paranoid) is { } level)
            {
                return Denied($"kernel.perf_event_paranoid is {paranoid} {level.Why}", level.Cure);
            }
        }

        return failure.SystemWide || machine.MayTraceAll
            ? Denied("A security module (SELinux, AppArmor, lockdown) or the container's settings forbid it.", "See the kernel's log:  sudo dmesg | tail")
            : Denied(
                "The target belongs to another user, or may not be traced: it changed its user or hides its memory.",
                "Run as the target's user or as root, or with CAP_PERFMON and CAP_SYS_PTRACE.");

        static (PerfmonReason, string, string) Denied(string why, string cure) => (PerfmonReason.NotPermitted, why, cure);
    }

    // Above 2 the levels are distributions' own (Debian, Ubuntu, Android); a kernel that does not know them takes them for 2.
    private static (string Why, string Cure)? TooParanoid(OpenFailure failure, int paranoid)
    {
        const string allow = "llow it:  sudo sysctl kernel.perf_event_paranoid";
        if (failure.SystemWide)
        {
            return ("and whole CPUs were asked for, which needs 0 or less.", $"Count a thread or process of yours instead, or a{allow}=0");
        }

        if (failure.KernelMode && paranoid > 1)
        {
            return (
                "and kernel mode was requested, which needs 1 or less.",
                failure.IsTracepoint ? $"A{allow}=1   (user mode only, :u, would count nothing: tracepoints are in the kernel)"
                : paranoid == 2 ? $"Count user mode only (:u), or a{allow}=1"
                : $"Count user mode only (:u), which some kernels refuse too at this level, or a{allow}=1");
        }

        if (paranoid <= 2)
        {
            return null;
        }

        return failure.OwnTarget
            ? ("and this kernel lets nobody without CAP_PERFMON count at that level.", $"A{allow}=2   or run with CAP_PERFMON.")
            : ("at which some kernels let nobody without CAP_PERFMON count; or the target belongs to another user, or may not be traced.",
                $"Run as the target's user and a{allow}=2   or run as root, or with CAP_PERFMON and CAP_SYS_PTRACE.");
    }

    private static (PerfmonReason Reason, string Why, string Cure) NoSuchEvent(OpenFailure failure, MachineFacts machine)
    {
        const string list = "See what there is:  pfmon list";
        if (failure.SystemWide && failure.Error == Errno.ENODEV)
        {
            return (PerfmonReason.NoSuchTarget, $"A CPU that was asked for is not online; the CPUs online are {machine.OnlineCpus}.", "Count those.");
        }

        if (failure.IsProbe)
        {
            return (
                PerfmonReason.NotSupported,
                "The kernel has no such function, or there is no such file.",
                failure.Pmu == "kprobe" ? "Look the function up:  sudo grep -w NAME /proc/kallsyms" : "Check the file's path.");
        }

        if (!failure.IsHardware)
        {
            return (PerfmonReason.NotSupported, $"{failure.Pmu} has no such event.", list);
        }

        var where = machine.IsVirtualMachine ? " This is a virtual machine whose host gives it no PMU." : "";
        return machine.HasCorePmu
            ? (PerfmonReason.NotSupported, $"This machine's {failure.Pmu} PMU has no such event.", list)
            : (PerfmonReason.NotSupported, $"This machine has no hardware PMU.{where}", "Count software events or tracepoints:  pfmon list");
    }

    private static (PerfmonReason Reason, string Why, string Cure) TooManyFiles(OpenFailure failure, MachineFacts machine)
    {
        var needed = $"Every event on every thread or CPU needs a descriptor: {failure.DescriptorsNeeded} are needed";
        if (machine.OpenFilesSoft is not { } soft)
        {
            return (PerfmonReason.LimitReached, $"{needed}, and this process has as many files open as it may.", "Close files, or raise the limit:  ulimit -n NUMBER");
        }

        var hard = machine.OpenFilesHard ?? soft;
        var hardNote = hard == soft ? "" : $" (hard limit {hard})";
        var open = machine.OpenFileCount is { } count ? $", {count} of them in use for other files" : "";
        var wanted = RoundUp((ulong)failure.DescriptorsNeeded + (ulong)(machine.OpenFileCount ?? 0) + 64);
        return (
            PerfmonReason.LimitReached,
            $"{needed} and {soft} allowed{hardNote}{open}.",
            wanted <= hard
                ? $"Raise the limit:  ulimit -n {wanted}   or ask for fewer events."
                : $"Raise the hard limit of your shell:  sudo prlimit --pid $$ --nofile={wanted}   or ask for fewer events.");
    }

    private static (PerfmonReason Reason, string Why, string Cure) NoSpace(OpenFailure failure) => failure.IsBreakpoint
        ? (PerfmonReason.Busy, "All hardware breakpoint slots are taken (4 on x86-64), by this session or by a debugger.", failure.Set is null ? "Watch fewer addresses at once." : "Put it into another set.")
        : (PerfmonReason.Busy, $"{failure.Pmu} has no room for one more event.", "Count fewer events at once.");

    private static (PerfmonReason Reason, string Why, string Cure) TooNew(OpenFailure failure) => (
        PerfmonReason.NotSupported,
        $"The event uses config3 or config4, and this kernel's perf_event_attr ends at byte {failure.KnownAttrSize}.",
        "It needs a newer kernel: config3 is in Linux 6.3.");

    // perf_event_alloc() since Linux 7.0: an event that counts guests, and a virtual machine with a mediated PMU, exclude each other.
    private static (PerfmonReason Reason, string Why, string Cure) GivenToGuests(OpenFailure failure) => (
        PerfmonReason.NotSupported,
        $"A virtual machine has {failure.Pmu} to itself while it runs (a mediated PMU, from Linux 7.0), and events that would count guests too are refused.",
        $"Leave guests out:  {failure.Event}{(failure.Event.Contains(':', StringComparison.Ordinal) ? "H" : ":H")}   or count in the guest itself.");

    private static (PerfmonReason Reason, string Why, string Cure) NotSampled(OpenFailure failure) => (
        PerfmonReason.NotSupported,
        $"{failure.Pmu} does not accept this event with samples: it may have no overflows to tell of, or lack a field that samples were to carry.",
        "Ask for fewer fields, for whole CPUs, or count it:  pfmon stat");

    private static (PerfmonReason Reason, string Why, string Cure) NotSupported(OpenFailure failure) => failure.IsSampled ? NotSampled(failure) : (
        PerfmonReason.NotSupported,
        failure.SystemWide
            ? $"{failure.Pmu} does not support what was asked."
            : $"{failure.Pmu} does not support what was asked; if it counts CPUs only, it cannot follow a thread.",
        failure.SystemWide ? "Leave out modifiers and special terms." : "Leave out modifiers, or count CPUs:  pfmon stat -a");

    private static (PerfmonReason Reason, string Why, string Cure) Invalid(OpenFailure failure, MachineFacts machine)
    {
        if (failure.IsBreakpoint)
        {
            return (
                PerfmonReason.InvalidRequest,
                "The CPU cannot watch this: the address must be a multiple of the length, x86 watches writes, or reads and writes, but not reads alone, and an address of the kernel is none of user mode.",
                "Correct the address, the length (1, 2, 4, 8) or the access (w, rw, x).");
        }

        if (failure.IsProbe)
        {
            return (PerfmonReason.InvalidRequest, $"The kernel cannot put a {failure.Pmu} there: no instruction begins at the offset, or the place is forbidden.", "Check the offset.");
        }

        if (failure.Excludes && !failure.IsHardware)
        {
            return (PerfmonReason.NotSupported, $"{failure.Pmu} cannot leave a mode out of its counts.", "Leave out the modifiers (u, k, h, G, H).");
        }

        if (failure.IsSampled)
        {
            return NotSampled(failure);
        }

        if (failure.GroupPosition > 0)
        {
            return (
                PerfmonReason.Busy,
                $"It does not fit into the group beside the {failure.GroupPosition} before it: too few counters, or another PMU.",
                failure.Set is null ? "Make the group smaller, or count the event on its own." : "Put it into another set. See how many counters are free and who may hold the rest:  pfmon info");
        }

        if (!failure.SystemWide)
        {
            return (
                PerfmonReason.InvalidRequest,
                $"{failure.Pmu} does not accept this event here; if it counts CPUs only, it cannot follow a thread.",
                "Check the event's terms, or count CPUs:  pfmon stat -a");
        }

        return (
            PerfmonReason.InvalidRequest,
            $"{failure.Pmu} does not accept this event on {failure.Target}; the CPUs online are {machine.OnlineCpus}.",
            "Check the CPU number and the event's terms.");
    }

    private static ulong RoundUp(ulong number)
    {
        ulong power = 1024;
        while (power < number)
        {
            power *= 2;
        }

        return power;
    }
}
