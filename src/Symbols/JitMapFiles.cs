using System.Globalization;
using System.Text;
using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>Where a process's perf map is: <c>/tmp/perf-PID.map</c>, or where .NET was told to write it, PID as the process knows its own.</summary>
internal static class JitMapFiles
{
    // Start times of processes are known by the second of the machine's start.
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The process's perf map, opened: it can be read on after the process has ended. Null where there is none, or one that was last
    /// written before the process was there: such files stay, and ids come again.
    /// </summary>
    /// <param name="options">Where to look.</param>
    /// <param name="pid">The process.</param>
    /// <param name="knownSince">When it was there at the latest, UTC: counts where procfs does not say.</param>
    public static JitMap? Open(SymbolizerOptions options, int pid, DateTime knownSince)
    {
        var since = options.ProcessesAreLive ? ProcessStart.Of(options.Roots, pid) - s_margin ?? knownSince : DateTime.MinValue;
        foreach (var path in options.ProcessesAreLive ? Candidates(options, pid) : Recorded(options, pid))
        {
            if (RegularFile.Open(path) is { } file)
            {
                if (File.GetLastWriteTimeUtc(file) >= since)
                {
                    return new JitMap(file);
                }

                file.Dispose();
            }
        }

        return null;
    }

    private static IEnumerable<string> Recorded(SymbolizerOptions options, int pid) =>
        options.PerfMapFolder is { } folder ? [Path.Join(folder, $"perf-{pid}.map")] : [];

    private static IEnumerable<string> Candidates(SymbolizerOptions options, int pid)
    {
        var process = Path.Combine(options.Roots.Proc, pid.ToString(CultureInfo.InvariantCulture));
        var file = $"perf-{OwnId(options.Roots, process) ?? pid}.map";
        if (ChosenFolder(process) is { } folder)
        {
            yield return Path.Join(process, "root", folder, file);
        }

        yield return Path.Join(process, "root", "tmp", file);
        yield return Path.Join(options.FileRoot, "tmp", $"perf-{pid}.map");
    }

    // NSpid: the id in each namespace from the reader's inwards; the last is the process's own.
    internal static int? OwnId(HostRoots roots, string process)
    {
        var text = new HostReader(roots).Text(Path.Combine(process, "status")) ?? "";
        var ids = KeyedLines.Parse(text).GetValueOrDefault("NSpid", "");
        return int.TryParse(ids.AsSpan(ids.LastIndexOf('\t') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private static string? ChosenFolder(string process)
    {
        try
        {
            const string variable = "DOTNET_PerfMapJitDumpPath=";
            var environment = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(process, "environ")));
            return environment.Split('\0').FirstOrDefault(text => text.StartsWith(variable, StringComparison.Ordinal))?[variable.Length..];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
