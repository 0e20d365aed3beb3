using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Tests.Diagnostics;

/// <summary>Every refusal of perf_event_open on every kind of machine: who must act, the sentence that says why, the command to run.</summary>
public sealed class KernelErrorExplainerTests
{
    private static readonly MachineFacts s_user = new() { Paranoid = 2, OpenFilesSoft = 1024, OpenFilesHard = 4096, OpenFileCount = 40, OnlineCpus = "0-3" };

    private static readonly MachineFacts s_root = s_user with { MayMonitorAll = true, MayTraceAll = true };

    public static TheoryData<string> Rows => [.. s_rows.Keys];

    private static readonly Dictionary<string, Row> s_rows = new()
    {
        ["kernel mode at 2"] = new(
            Errno.EACCES, s_user, x => x, PerfmonReason.NotPermitted,
            "kernel.perf_event_paranoid is 2 and kernel mode was requested, which needs 1 or less.",
            "Count user mode only (:u), or allow it:  sudo sysctl kernel.perf_event_paranoid=1"),
        ["kernel mode at 3, which Debian and Ubuntu know"] = new(
            Errno.EACCES, s_user with { Paranoid = 3 }, x => x, PerfmonReason.NotPermitted,
            "kernel.perf_event_paranoid is 3 and kernel mode was requested, which needs 1 or less.",
            "Count user mode only (:u), which some kernels refuse too at this level, or allow it:  sudo sysctl kernel.perf_event_paranoid=1"),
        ["user mode at 3"] = new(
            Errno.EACCES, s_user with { Paranoid = 3 }, x => x with { KernelMode = false, OwnTarget = true }, PerfmonReason.NotPermitted,
            "kernel.perf_event_paranoid is 3 and this kernel lets nobody without CAP_PERFMON count at that level.",
            "Allow it:  sudo sysctl kernel.perf_event_paranoid=2   or run with CAP_PERFMON."),
        ["another's thread in user mode at 3"] = new(
            Errno.EACCES, s_user with { Paranoid = 3 }, x => x with { KernelMode = false }, PerfmonReason.NotPermitted,
            "kernel.perf_event_paranoid is 3 at which some kernels let nobody without CAP_PERFMON count; or the target belongs to another user, or may not be traced.",
            "Run as the target's user and allow it:  sudo sysctl kernel.perf_event_paranoid=2   or run as root, or with CAP_PERFMON and CAP_SYS_PTRACE."),
        ["a tracepoint at 2"] = new(
            Errno.EACCES, s_user, x => x with { Pmu = "tracepoint", IsTracepoint = true }, PerfmonReason.NotPermitted,
            "kernel.perf_event_paranoid is 2 and kernel mode was requested",
            "Allow it:  sudo sysctl kernel.perf_event_paranoid=1   (user mode only, :u, would count nothing"),
        ["what has no overflows, sampled"] = new(
            Errno.EOPNOTSUPP, s_root, x => x with { IsSampled = true, IsHardware = true, Pmu = "uncore" }, PerfmonReason.NotSupported,
            "uncore does not accept this event with samples", "or count it:  pfmon stat"),
        ["the same, refused as invalid"] = new(
            Errno.EINVAL, s_root, x => x with { IsSampled = true, Pmu = "msr" }, PerfmonReason.NotSupported,
            "msr does not accept this event with samples", "or count it:  pfmon stat"),
        ["whole CPUs at 2"] = new(
            Errno.EACCES, s_user, x => x with { SystemWide = true }, PerfmonReason.NotPermitted,
            "kernel.perf_event_paranoid is 2 and whole CPUs were asked for, which needs 0 or less.",
            "Count a thread or process of yours instead, or allow it:  sudo sysctl kernel.perf_event_paranoid=0"),
        ["whole CPUs in user mode at 3"] = new(
            Errno.EACCES, s_user with { Paranoid = 3 }, x => x with { SystemWide = true, KernelMode = false }, PerfmonReason.NotPermitted,
            "kernel.perf_event_paranoid is 3 and whole CPUs were asked for", "kernel.perf_event_paranoid=0"),
        ["whole CPUs at 1"] = new(
            Errno.EACCES, s_user with { Paranoid = 1 }, x => x with { SystemWide = true }, PerfmonReason.NotPermitted,
            "kernel.perf_event_paranoid is 1 and whole CPUs were asked for", "kernel.perf_event_paranoid=0"),
        ["another user's process, in user mode"] = new(
            Errno.EACCES, s_user, x => x with { KernelMode = false }, PerfmonReason.NotPermitted,
            "The target belongs to another user, or may not be traced", "Run as the target's user or as root, or with CAP_PERFMON and CAP_SYS_PTRACE."),
        ["another user's process, where nothing is forbidden"] = new(
            Errno.EACCES, s_user with { Paranoid = -1 }, x => x, PerfmonReason.NotPermitted,
            "The target belongs to another user", "Run as the target's user"),
        ["a kernel without the setting"] = new(
            Errno.EACCES, s_user with { Paranoid = null }, x => x, PerfmonReason.NotPermitted,
            "The target belongs to another user", "Run as the target's user"),
        ["root, and refused all the same"] = new(
            Errno.EACCES, s_root, x => x, PerfmonReason.NotPermitted, "A security module (SELinux, AppArmor, lockdown)", "sudo dmesg | tail"),
        ["whole CPUs where the level allows them"] = new(
            Errno.EACCES, s_user with { Paranoid = 0 }, x => x with { SystemWide = true }, PerfmonReason.NotPermitted,
            "A security module", "sudo dmesg | tail"),
        ["a container"] = new(
            Errno.EPERM, s_user with { IsFiltered = true }, x => x, PerfmonReason.NotPermitted,
            "A seccomp filter stands before system calls", "--cap-add PERFMON and a seccomp profile"),
        ["root in a container"] = new(
            Errno.EPERM, s_root with { IsFiltered = true }, x => x, PerfmonReason.NotPermitted, "A seccomp filter", "--cap-add PERFMON"),
        ["a filter, and a level that answers EACCES"] = new(
            Errno.EACCES, s_user with { IsFiltered = true }, x => x, PerfmonReason.NotPermitted, "kernel.perf_event_paranoid is 2", ":u"),
        ["a kernel address"] = new(
            Errno.EPERM, s_user, x => x with { Pmu = "breakpoint", IsBreakpoint = true, KernelMode = false }, PerfmonReason.NotPermitted,
            "An address of the kernel may be watched with CAP_SYS_ADMIN only.", "Run as root."),
        ["a probe"] = new(
            Errno.EACCES, s_user, x => x with { Pmu = "kprobe" }, PerfmonReason.NotPermitted,
            "Probes need CAP_PERFMON, whatever kernel.perf_event_paranoid is.", "Run as root, or with CAP_PERFMON."),

        ["cycles in a virtual machine"] = new(
            Errno.ENOENT, s_root with { IsVirtualMachine = true }, x => x with { Pmu = "cpu", IsHardware = true }, PerfmonReason.NotSupported,
            "This machine has no hardware PMU. This is a virtual machine whose host gives it no PMU.", "Count software events or tracepoints:  pfmon list"),
        ["cycles without a PMU"] = new(
            Errno.ENOENT, s_root, x => x with { Pmu = "cpu", IsHardware = true }, PerfmonReason.NotSupported,
            "This machine has no hardware PMU.\n", "Count software events or tracepoints:  pfmon list"),
        ["a hardware event that this CPU lacks"] = new(
            Errno.ENOENT, s_root with { HasCorePmu = true }, x => x with { Pmu = "cpu", IsHardware = true }, PerfmonReason.NotSupported,
            "This machine's cpu PMU has no such event.", "pfmon list"),
        ["a tracepoint that is not there"] = new(
            Errno.ENOENT, s_root, x => x with { Pmu = "tracepoint" }, PerfmonReason.NotSupported, "tracepoint has no such event.", "pfmon list"),
        ["a function that is not there"] = new(
            Errno.ENOENT, s_root, x => x with { Pmu = "kprobe" }, PerfmonReason.NotSupported,
            "The kernel has no such function", "sudo grep -w NAME /proc/kallsyms"),
        ["a file that is not there"] = new(
            Errno.ENOENT, s_root, x => x with { Pmu = "uprobe" }, PerfmonReason.NotSupported, "there is no such file", "Check the file's path."),
        ["a CPU that is off"] = new(
            Errno.ENODEV, s_root, x => x with { SystemWide = true }, PerfmonReason.NoSuchTarget,
            "A CPU that was asked for is not online; the CPUs online are 0-3.", "Count those."),
        ["a CPU that is not there"] = new(
            Errno.EINVAL, s_root, x => x with { SystemWide = true, Target = "CPU 99" }, PerfmonReason.InvalidRequest,
            "software does not accept this event on CPU 99; the CPUs online are 0-3.", "Check the CPU number and the event's terms."),
        ["a thread that is not there"] = new(
            Errno.ESRCH, s_root, x => x, PerfmonReason.NoSuchTarget, "There is no such thread, or it has ended.", "ps -eLf"),

        ["too many files"] = new(
            Errno.EMFILE, s_user, x => x with { DescriptorsNeeded = 2000 }, PerfmonReason.LimitReached,
            "Every event on every thread or CPU needs a descriptor: 2000 are needed and 1024 allowed (hard limit 4096), 40 of them in use for other files.",
            "Raise the limit:  ulimit -n 4096   or ask for fewer events."),
        ["too many files for the hard limit"] = new(
            Errno.EMFILE, s_user, x => x with { DescriptorsNeeded = 5000 }, PerfmonReason.LimitReached,
            "5000 are needed and 1024 allowed (hard limit 4096)", "sudo prlimit --pid $$ --nofile=8192"),
        ["too many files, and one limit"] = new(
            Errno.EMFILE, s_user with { OpenFilesHard = 1024 }, x => x with { DescriptorsNeeded = 990 }, PerfmonReason.LimitReached,
            "990 are needed and 1024 allowed, 40 of them in use", "sudo prlimit --pid $$ --nofile=2048"),
        ["too many files even to read the limits"] = new(
            Errno.EMFILE, s_user with { OpenFilesSoft = null, OpenFilesHard = null, OpenFileCount = null }, x => x with { DescriptorsNeeded = 7 },
            PerfmonReason.LimitReached, "7 are needed, and this process has as many files open as it may.", "ulimit -n NUMBER"),
        ["too many files in the machine"] = new(
            Errno.ENFILE, s_user, x => x, PerfmonReason.LimitReached, "The whole machine has as many files open as it may.", "sudo sysctl -w fs.file-max=NUMBER"),
        ["no memory"] = new(Errno.ENOMEM, s_user, x => x, PerfmonReason.LimitReached, "The kernel has no memory left", "fewer events"),
        ["a fifth breakpoint"] = new(
            Errno.ENOSPC, s_root, x => x with { Pmu = "breakpoint", IsBreakpoint = true }, PerfmonReason.Busy,
            "All hardware breakpoint slots are taken (4 on x86-64), by this session or by a debugger.", "Watch fewer addresses at once."),
        ["no room"] = new(Errno.ENOSPC, s_root, x => x with { Pmu = "uncore" }, PerfmonReason.Busy, "uncore has no room for one more event.", "fewer events at once"),
        ["a PMU in use"] = new(Errno.EBUSY, s_root, x => x with { Pmu = "cpu" }, PerfmonReason.Busy, "Another user has cpu to itself", "End it, or count later."),

        ["a field that the kernel does not know"] = new(
            Errno.E2BIG, s_root, x => x with { KnownAttrSize = 128 }, PerfmonReason.NotSupported,
            "The event uses config3 or config4, and this kernel's perf_event_attr ends at byte 128.", "It needs a newer kernel: config3 is in Linux 6.3."),
        ["something a PMU cannot do"] = new(
            Errno.EOPNOTSUPP, s_root, x => x with { Pmu = "uncore" }, PerfmonReason.NotSupported,
            "uncore does not support what was asked; if it counts CPUs only, it cannot follow a thread.", "pfmon stat -a"),
        ["something a PMU cannot do on CPUs"] = new(
            Errno.EOPNOTSUPP, s_root, x => x with { Pmu = "uncore", SystemWide = true }, PerfmonReason.NotSupported,
            "uncore does not support what was asked.", "Leave out modifiers and special terms."),
        ["a PMU that a guest has to itself"] = new(
            Errno.EOPNOTSUPP, s_root with { MediatesPmu = true }, x => x with { Pmu = "cpu", IsHardware = true, CountsGuests = true }, PerfmonReason.NotSupported,
            "A virtual machine has cpu to itself while it runs (a mediated PMU, from Linux 7.0)", "Leave guests out:  page-faults:H   or count in the guest itself."),
        ["a PMU that a guest has to itself, sampled"] = new(
            Errno.EOPNOTSUPP, s_root with { MediatesPmu = true }, x => x with { Pmu = "cpu", IsHardware = true, IsSampled = true, CountsGuests = true }, PerfmonReason.NotSupported,
            "A virtual machine has cpu to itself", "Leave guests out:  page-faults:H"),
        ["another PMU beside a guest's"] = new(
            Errno.EOPNOTSUPP, s_root with { MediatesPmu = true }, x => x with { Pmu = "uncore", IsHardware = true, SystemWide = true }, PerfmonReason.NotSupported,
            "uncore does not support what was asked.", "Leave out modifiers and special terms."),
        ["a mode that a PMU cannot leave out"] = new(
            Errno.EINVAL, s_root, x => x with { Pmu = "msr", Excludes = true }, PerfmonReason.NotSupported,
            "msr cannot leave a mode out of its counts.", "Leave out the modifiers (u, k, h, G, H)."),
        ["a breakpoint that x86 does not have"] = new(
            Errno.EINVAL, s_root, x => x with { Pmu = "breakpoint", IsBreakpoint = true, Excludes = true }, PerfmonReason.InvalidRequest,
            "the address must be a multiple of the length, x86 watches writes, or reads and writes, but not reads alone", "Correct the address, the length (1, 2, 4, 8) or the access"),
        ["a probe between instructions"] = new(
            Errno.EINVAL, s_root, x => x with { Pmu = "uprobe" }, PerfmonReason.InvalidRequest, "The kernel cannot put a uprobe there", "Check the offset."),
        ["the third of a group of two counters"] = new(
            Errno.EINVAL, s_root, x => x with { Pmu = "cpu", IsHardware = true, GroupPosition = 2 }, PerfmonReason.Busy,
            "It does not fit into the group beside the 2 before it", "Make the group smaller, or count the event on its own."),
        ["an event of CPUs, on a thread"] = new(
            Errno.EINVAL, s_root, x => x with { Pmu = "uncore", IsHardware = true }, PerfmonReason.InvalidRequest,
            "uncore does not accept this event here; if it counts CPUs only, it cannot follow a thread.", "pfmon stat -a"),
        ["a kernel without perf events"] = new(
            Errno.ENOSYS, s_root, x => x, PerfmonReason.NotSupported, "This kernel is built without perf events, or a seccomp filter hides them.", "CONFIG_PERF_EVENTS"),
        ["an answer that nobody expects"] = new(Errno.EFAULT, s_root, x => x, PerfmonReason.Unexpected, "The kernel does not document this answer.", "Please report it"),
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Says_who_must_act_why_and_how(string name)
    {
        var row = s_rows[name];
        var failure = row.Change(new OpenFailure { Event = "page-faults", Target = "thread 4711", Error = row.Error, Pmu = "software", KernelMode = true });
        var told = KernelErrorExplainer.Explain(failure, row.Facts);

        Assert.Equal((row.Reason, (int)row.Error), (told.Reason, told.Errno));
        var lines = told.Message.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal($"Cannot {(failure.IsSampled ? "sample" : "count")} page-faults on {failure.Target}.", lines[0]);
        Assert.StartsWith($"perf_event_open: {row.Error}. ", lines[1], StringComparison.Ordinal);
        Assert.Contains(row.Why, lines[1] + '\n', StringComparison.Ordinal);
        Assert.Contains(row.Cure, lines[2], StringComparison.Ordinal);
    }

    private sealed record Row(Errno Error, MachineFacts Facts, Func<OpenFailure, OpenFailure> Change, PerfmonReason Reason, string Why, string Cure);
}
