using System.Globalization;
using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>The mappings of a running process as they are now: procfs's <c>PID/maps</c>.</summary>
public static class ProcessMaps
{
    /// <summary>The mappings of process <paramref name="pid"/>, in order of their addresses.</summary>
    /// <exception cref="PerfmonException">
    /// There is no such process (<see cref="PerfmonReason.NoSuchTarget"/>), or this user may not see its mappings
    /// (<see cref="PerfmonReason.NotPermitted"/>).
    /// </exception>
    public static IReadOnlyList<ProcessMapping> Read(int pid) => Read(HostRoots.System, pid);

    /// <inheritdoc cref="Read(int)"/>
    /// <param name="roots">Where procfs is.</param>
    /// <param name="pid">The process.</param>
    public static IReadOnlyList<ProcessMapping> Read(HostRoots roots, int pid)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var path = PathOf(roots, pid);
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new PerfmonException(
                PerfmonReason.NotPermitted,
                $"Cannot read the mappings of process {pid}: {path} is closed to this user. They are its owner's and root's to read (CAP_SYS_PTRACE).",
                innerException: denied);
        }
        catch (IOException gone)
        {
            throw new PerfmonException(
                PerfmonReason.NoSuchTarget, $"Cannot read the mappings of process {pid}: {path}: {gone.Message}", innerException: gone);
        }
    }

    /// <summary>The mappings; none where they cannot be read.</summary>
    internal static IReadOnlyList<ProcessMapping> ReadOrNone(HostRoots roots, int pid)
    {
        try
        {
            return Parse(File.ReadAllText(PathOf(roots, pid)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The mappings in a text of that form; lines of another form are left out.</summary>
    internal static List<ProcessMapping> Parse(string text)
    {
        var mappings = new List<ProcessMapping>();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (ProcMapping.TryParse(line, out var mapping) && mapping.End > mapping.Start)
            {
                mappings.Add(new(mapping.Start, mapping.End - mapping.Start, mapping.Offset, Unescape(mapping.FileName), mapping.IsExecutable));
            }
        }

        return mappings;
    }

    // The kernel writes a newline in a path as \012, and leaves a backslash as it is.
    private static string Unescape(string path) => path.Replace("\\012", "\n", StringComparison.Ordinal);

    private static string PathOf(HostRoots roots, int pid) => Path.Combine(roots.Proc, pid.ToString(CultureInfo.InvariantCulture), "maps");
}
