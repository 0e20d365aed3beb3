using System.Globalization;

namespace Perfmon.Bench.Switches;

/// <summary>The CPU time of this process's threads, by their names.</summary>
internal static class ThreadTime
{
    private const string Tasks = "/proc/self/task";

    /// <summary>The time that the threads whose names begin so have run, in nanoseconds, as of when each last slept.</summary>
    public static long Read(string name) => Directory.GetDirectories(Tasks)
        .Where(task => Name(task).StartsWith(name, StringComparison.Ordinal))
        .Sum(task => long.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture));

    // Threads of the runtime come and go; those that switch sets stay.
    private static string Name(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
