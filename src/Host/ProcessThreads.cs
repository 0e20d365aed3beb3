namespace Perfmon.Host;

/// <summary>The threads of a process as they are now: procfs's <c>PID/task</c>. Threads come and go while it is read.</summary>
public static class ProcessThreads
{
    /// <summary>
    /// The ids of the threads of process <paramref name="pid"/>, in increasing order; also where it is the id of one of its other
    /// threads. Null where there is no such process, it has ended, or procfs hides it (mount option hidepid).
    /// </summary>
    public static IReadOnlyList<int>? List(HostRoots roots, int pid)
    {
        throw new NotImplementedException();
    }

    /// <summary>The process (Tgid) that thread <paramref name="tid"/> belongs to; null where there is no such thread.</summary>
    public static int? ThreadGroup(HostRoots roots, int tid)
    {
        throw new NotImplementedException();
    }
}
