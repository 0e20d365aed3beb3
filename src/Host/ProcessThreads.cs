using System.Globalization;
using Perfmon.Diagnostics;

namespace Perfmon.Host;

/// <summary>The threads of a process as they are now: procfs's <c>PID/task</c>. Threads come and go while it is read.</summary>
public static class ProcessThreads
{
    /// <summary>The CPU on which a thread ran last; null where nothing tells.</summary>
    public static int? LastCpu(HostRoots roots, int thread)
    {
        const int processor = 39;
        return int.TryParse(ProcessStat.Field(roots, thread, processor), CultureInfo.InvariantCulture, out var cpu) ? cpu : null;
    }

    /// <summary>
    /// The ids of the threads of process <paramref name="pid"/>, in increasing order; the same where it is the id of one of its other
    /// threads. Null where there is no such process, it has ended, or procfs hides it from this user (mount option hidepid).
    /// </summary>
    public static IReadOnlyList<int>? List(HostRoots roots, int pid)
    {
        ArgumentNullException.ThrowIfNull(roots);
        try
        {
            var threads = new List<int>();
            foreach (var folder in Directory.EnumerateDirectories(Path.Combine(roots.Proc, $"{pid}", "task")))
            {
                if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var tid))
                {
                    threads.Add(tid);
                }
            }

            threads.Sort();
            return threads.Count > 0 ? threads : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether there is a thread <paramref name="tid"/>, of whatever process.</summary>
    public static bool Exists(HostRoots roots, int tid)
    {
        ArgumentNullException.ThrowIfNull(roots);
        return Directory.Exists(Path.Join(roots.Proc, tid.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The process (Tgid) of thread <paramref name="tid"/>; null where there is none, as in <see cref="List"/>.</summary>
    /// <exception cref="PerfmonException">The thread's status has no Tgid (<see cref="PerfmonReason.Unexpected"/>).</exception>
    public static int? ThreadGroup(HostRoots roots, int tid)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var path = Path.Combine(roots.Proc, $"{tid}", "status");
        if (new HostReader(roots).Text(path) is not { } text)
        {
            return null;
        }

        var field = KeyedLines.Parse(text).GetValueOrDefault("Tgid", "");
        return int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? pid
            : throw new PerfmonException(
                PerfmonReason.Unexpected, $"{path}: 'Tgid' is {HostReader.Quote(field)}, which is not a process id.");
    }
}
