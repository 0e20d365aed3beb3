using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>Whom a session monitors: what <c>perf_event_open(2)</c> calls pid and cpu, without the combinations that mean nothing.</summary>
public abstract record Target
{
    private protected Target()
    {
    }

    /// <summary>The thread that calls <see cref="EventSession.Attach"/>. No END message is sent for it.</summary>
    public static Target CallingThread { get; } = new CallingThreadTarget();

    /// <summary>Every CPU that is online when the session attaches.</summary>
    public static Target AllCpus { get; } = new CpuTarget(null);

    /// <summary>The kind of session: threads, or whole CPUs.</summary>
    public abstract SessionKinds Kind { get; }

    /// <summary>One thread, by its kernel id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not positive.</exception>
    public static Target Thread(int threadId)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threadId);
        return new ThreadTarget(threadId);
    }

    /// <summary>Every thread of a process, those it creates later included, and by default the processes that it starts later.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not positive.</exception>
    public static Target Process(int processId)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        return new ProcessTarget(processId);
    }

    /// <summary>
    /// The vCPUs of the virtual machines that a process runs, seen from the host: the threads that run them when the session attaches (<see cref="VirtualMachines"/>), and
    /// nothing else of the process. A count holds what these threads did in the guest and for it on the host; for the guest alone there are the events of a hardware PMU
    /// with <c>:G</c>. vCPUs that are plugged in later are not counted: <c>Perfmon.Kvm.Guests.GuestSession</c> looks for them.
    /// </summary>
    /// <param name="processId">The VMM, such as QEMU.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is not positive.</exception>
    public static Target VirtualMachine(int processId)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        return new VirtualMachineTarget(processId, null);
    }

    /// <summary>One vCPU of a virtual machine, as <see cref="VirtualMachine"/>.</summary>
    /// <param name="processId">The VMM, such as QEMU.</param>
    /// <param name="vcpu">The vCPU's number; see <see cref="Host.VirtualMachine.AreNumbersOfKvm"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is not positive, or the number negative.</exception>
    public static Target Vcpu(int processId, int vcpu)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        ArgumentOutOfRangeException.ThrowIfNegative(vcpu);
        return new VirtualMachineTarget(processId, vcpu);
    }

    /// <summary>One CPU, whatever runs on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, or beyond what any kernel has (65,535).</exception>
    public static Target Cpu(int cpu)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        return new CpuTarget(CpuList.Of(cpu));
    }

    /// <summary>Several CPUs, whatever runs on them.</summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static Target Cpus(CpuList cpus)
    {
        ArgumentNullException.ThrowIfNull(cpus);
        return cpus.Count == 0 ? throw new ArgumentException("No CPU is named.", nameof(cpus)) : new CpuTarget(cpus);
    }

    /// <summary>The members of a cgroup (its folder, absolute or below /sys/fs/cgroup), on <paramref name="cpus"/> or all CPUs.</summary>
    public static Target Cgroup(string path, CpuList? cpus = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new CgroupTarget(Path.IsPathRooted(path) ? path : Path.Join("/sys/fs/cgroup", path), cpus);
    }

    /// <summary>
    /// A command, with every thread and process it starts. It is started when the session attaches, and held until
    /// <see cref="EventSession.Start"/>: counting begins with its first instruction.
    /// </summary>
    /// <param name="program">A path, or a name to be looked up in PATH.</param>
    /// <param name="arguments">Its arguments, without the program's own name.</param>
    public static Target Command(string program, params IReadOnlyList<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        return new CommandTarget(program, arguments);
    }

    /// <summary>As <see cref="Command"/>; what the command writes to its standard output goes to its standard error, for programs whose own output is data.</summary>
    /// <param name="program">A path, or a name to be looked up in PATH.</param>
    /// <param name="arguments">Its arguments, without the program's own name.</param>
    public static Target CommandWritingToError(string program, params IReadOnlyList<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        return new CommandTarget(program, arguments, OutputToError: true);
    }
}

internal sealed record CallingThreadTarget : Target
{
    public override SessionKinds Kind => SessionKinds.Thread;

    public override string ToString() => "the calling thread";
}

internal sealed record ThreadTarget(int ThreadId) : Target
{
    public override SessionKinds Kind => SessionKinds.Thread;

    /// <summary>What the thread is, where that says more than its id: <c>vCPU 0</c>.</summary>
    public string? Role { get; init; }

    public override string ToString() => Role is null ? $"thread {ThreadId}" : $"{Role} (thread {ThreadId})";
}

internal sealed record VirtualMachineTarget(int ProcessId, int? Number) : Target
{
    public override SessionKinds Kind => SessionKinds.Thread;

    public override string ToString() => $"{(Number is { } number ? $"vCPU {number} of " : "")}the virtual machine of process {ProcessId}";
}

internal sealed record ProcessTarget(int ProcessId) : Target
{
    public override SessionKinds Kind => SessionKinds.Thread;

    public override string ToString() => $"process {ProcessId}";
}

internal sealed record CpuTarget(CpuList? List) : Target
{
    public override SessionKinds Kind => SessionKinds.SystemWide;

    public override string ToString() => List switch
    {
        null => "all CPUs",
        { Count: 1 } one => $"CPU {one}",
        var several => $"CPUs {several}",
    };
}

internal sealed record CgroupTarget(string FolderPath, CpuList? List) : Target
{
    public override SessionKinds Kind => SessionKinds.SystemWide;

    public override string ToString() => $"cgroup {FolderPath}";
}

internal sealed record CommandTarget(string Program, IReadOnlyList<string> Arguments, bool OutputToError = false) : Target
{
    public override SessionKinds Kind => SessionKinds.Thread;

    public override string ToString() => $"command {Program}";
}
