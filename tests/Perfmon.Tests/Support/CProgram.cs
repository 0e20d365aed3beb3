using System.Security.Cryptography;
using System.Text;

namespace Perfmon.Tests.Support;

/// <summary>C programs under test, compiled by this machine's <c>cc</c> once for each source text.</summary>
internal static class CProgram
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "c");

    /// <summary>Whether <c>cc</c> can compile and link against libc: a compiler alone, without headers, cannot.</summary>
    public static bool CanCompile => Compiler.Value;

    private static readonly Lazy<bool> Compiler = new(() =>
    {
        try
        {
            Compile("#include <stdio.h>\nint main(void) { return 0; }\n");
            return true;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    });

    /// <summary>The path of Programs/<paramref name="name"/>.c, compiled. Skips the test when there is no C compiler.</summary>
    public static string Named(string name)
    {
        Requires.CCompiler();
        return Compile(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Programs", name + ".c")), name);
    }

    /// <summary>The path of the program that <paramref name="source"/> compiles to.</summary>
    /// <exception cref="InvalidOperationException">It does not compile; the message is the compiler's output.</exception>
    public static string Compile(string source, string name = "program")
    {
        Directory.CreateDirectory(Folder);
        // A program of before an upgrade of the kernel's headers is not the one that the source makes now.
        var content = source + Directory.GetLastWriteTimeUtc("/usr/include/linux").Ticks;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16];
        var path = Path.Combine(Folder, $"{name}-{hash}");
        if (File.Exists(path))
            return path;

        // Tests run in parallel, and so may test runs: each writes names of its own, and renaming is atomic. The source has its
        // final name when it is compiled, because debug information keeps it.
        var mine = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllText(mine, source);
        File.Move(mine, path + ".c", overwrite: true);
        var result = RunResult.Run("cc", "-O1", "-g", "-pthread", "-o", mine, path + ".c");
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"{name} does not compile:\n{result.Error}");

        File.Move(mine, path, overwrite: true);
        return path;
    }
}
