namespace Perfmon.Session;

/// <summary>One (pid, cpu) pair of <c>perf_event_open(2)</c>: a thread on any CPU, or a CPU with anything or one cgroup on it.</summary>
/// <param name="Pid">The thread; -1 for anything; for a cgroup, the descriptor of its folder.</param>
/// <param name="Cpu">The CPU; -1 for any.</param>
/// <param name="IsCgroup">Whether <paramref name="Pid"/> is a cgroup's folder.</param>
internal readonly record struct AttachPoint(int Pid, int Cpu, bool IsCgroup = false)
{
    public static AttachPoint Thread(int threadId) => new(threadId, -1);

    public static AttachPoint OnCpu(int cpu) => new(-1, cpu);
}
