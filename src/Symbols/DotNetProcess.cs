using System.Globalization;
using System.Text;
using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>What can be seen of a process from outside: whether .NET runs in it, and whether its compiled code has names.</summary>
public static class DotNetProcess
{
    /// <summary>The library that is the runtime.</summary>
    internal const string Runtime = "libcoreclr.so";

    /// <summary>
    /// Whether .NET runs in process <paramref name="pid"/>: its runtime is mapped, or its diagnostic port is there, as of a program in a single file. False
    /// where this user may not look.
    /// </summary>
    public static bool Is(int pid) =>
        ProcessMaps.ReadOrNone(HostRoots.System, pid).Any(mapping => IsRuntime(mapping.Path)) || HasDiagnosticPort(pid);

    /// <summary>Whether the process was told at its start to write a perf map (<c>DOTNET_PerfMapEnabled</c>), or a jitdump, which has the names too.</summary>
    public static bool WasToldToWriteMap(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(InProc(pid, "environ"))).Split('\0').Any(variable =>
                (variable.StartsWith("DOTNET_PerfMapEnabled=", StringComparison.Ordinal) || variable.StartsWith("COMPlus_PerfMapEnabled=", StringComparison.Ordinal))
                && variable[^1] is not ('=' or '0'));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static bool IsRuntime(string path) => Path.GetFileName(path.AsSpan()).SequenceEqual(Runtime);

    // Named by the id that the process itself has, which is another in a container.
    private static bool HasDiagnosticPort(int pid)
    {
        try
        {
            return Directory.EnumerateFiles(InProc(pid, "root/tmp"), $"dotnet-diagnostic-{JitMapFiles.OwnId(HostRoots.System, InProc(pid, "")) ?? pid}-*-socket").Any();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string InProc(int pid, string name) => Path.Combine(HostRoots.System.Proc, pid.ToString(CultureInfo.InvariantCulture), name);
}
