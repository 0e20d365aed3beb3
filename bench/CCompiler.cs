using System.Diagnostics;

namespace Perfmon.Bench;

/// <summary>Compiles the C sources beside this program with the machine's <c>cc</c>.</summary>
internal static class CCompiler
{
    /// <summary>The path of what <paramref name="source"/> compiles to under <paramref name="options"/>.</summary>
    public static string Compile(string source, string output, params ReadOnlySpan<string> options)
    {
        // Two runs may compile at the same time, and one may have the other's file loaded: renaming is atomic and keeps the old file.
        var path = Path.Combine(AppContext.BaseDirectory, output);
        var mine = $"{path}.{Environment.ProcessId}";
        string[] arguments = ["-O2", "-Wall", .. options, "-o", mine, Path.Combine(AppContext.BaseDirectory, source)];
        using var compiler = Process.Start("cc", arguments);
        compiler.WaitForExit();
        if (compiler.ExitCode != 0)
        {
            throw new InvalidOperationException($"cc does not compile {source}.");
        }

        File.Move(mine, path, overwrite: true);
        return path;
    }
}
