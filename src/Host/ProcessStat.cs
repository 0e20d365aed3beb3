using System.Globalization;

namespace Perfmon.Host;

/// <summary>What procfs's <c>PID/stat</c> and <c>stat</c> tell, proc_pid_stat(5) and proc_stat(5).</summary>
internal static class ProcessStat
{
    // The first after the command, which stands in parentheses and may hold anything.
    private const int FirstField = 3;
    private const string BootTimeKey = "btime ";

    /// <summary>A field of a process or thread behind its command, by its number there; null where there is none.</summary>
    public static string? Field(HostRoots roots, int id, int number)
    {
        var reader = new HostReader(roots);
        if (reader.Text(reader.Proc($"{id.ToString(CultureInfo.InvariantCulture)}/stat")) is not { } stat)
        {
            return null;
        }

        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > number - FirstField ? fields[number - FirstField] : null;
    }

    /// <summary>When the machine was started, to the second, by its clock as it is set now; null where procfs does not say.</summary>
    public static DateTimeOffset? BootTime(HostRoots roots)
    {
        var reader = new HostReader(roots);
        var line = reader.Text(reader.Proc("stat"))?.Split('\n').FirstOrDefault(line => line.StartsWith(BootTimeKey, StringComparison.Ordinal));
        return line is not null && long.TryParse(line.AsSpan(BootTimeKey.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }
}
