using System.Globalization;
using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>When a process was started: procfs's <c>PID/stat</c>, field 22.</summary>
internal static class ProcessStart
{
    private const int FieldsAfterName = 19; // of state, field 3, to starttime, field 22
    private const double TicksPerSecond = 100; // USER_HZ

    /// <summary>In UTC, by the second; null where procfs does not say.</summary>
    public static DateTime? Of(HostRoots roots, int pid)
    {
        var reader = new HostReader(roots);
        var stat = reader.Text(reader.Proc($"{pid.ToString(CultureInfo.InvariantCulture)}/stat"));
        var boot = reader.Text(reader.Proc("stat"))?.Split('\n').FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal));
        if (stat is null || boot is null)
        {
            return null;
        }

        // The name, in parentheses, may have any characters.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > FieldsAfterName
            && double.TryParse(fields[FieldsAfterName], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && long.TryParse(boot["btime ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.AddSeconds(ticks / TicksPerSecond)
            : null;
    }
}
