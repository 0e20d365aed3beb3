using System.Globalization;
using System.Text;
using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>Where a process's perf map is: <c>perf-PID.map</c> in its folder for temporary files, PID as it knows its own.</summary>
internal static class JitMapFiles
{
    /// <summary>The process's perf map, opened: it can be read on after the process has ended. Null where there is none.</summary>
    public static JitMap? Open(SymbolizerOptions options, int pid)
    {
        foreach (var path in Candidates(options, pid))
        {
            if (RegularFile.Open(path) is { } file)
            {
                return new JitMap(file);
            }
        }

        return null;
    }

    private static IEnumerable<string> Candidates(SymbolizerOptions options, int pid)
    {
        var process = Path.Combine(options.Roots.Proc, pid.ToString(CultureInfo.InvariantCulture));
        var file = $"perf-{OwnId(options.Roots, process) ?? pid}.map";
        if (TemporaryFolder(process) is { } folder)
        {
            yield return Path.Join(process, "root", folder, file);
        }

        yield return Path.Join(process, "root", "tmp", file);
        yield return Path.Join(options.FileRoot, "tmp", $"perf-{pid}.map");
    }

    // NSpid: the id in each namespace from the reader's inwards; the last is the process's own.
    private static int? OwnId(HostRoots roots, string process)
    {
        var text = new HostReader(roots).Text(Path.Combine(process, "status")) ?? "";
        var ids = KeyedLines.Parse(text).GetValueOrDefault("NSpid", "");
        return int.TryParse(ids.AsSpan(ids.LastIndexOf('\t') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private static string? TemporaryFolder(string process)
    {
        try
        {
            const string variable = "TMPDIR=";
            var environment = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(process, "environ")));
            return environment.Split('\0').FirstOrDefault(text => text.StartsWith(variable, StringComparison.Ordinal))?[variable.Length..];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
