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

    /// <summary>The folder of programs that another machine has compiled for this one.</summary>
    public const string PrebuiltFolder = "programs-built";

    private const string CrossCompiler = "aarch64-linux-gnu-gcc";

    /// <summary>Whether programs can be compiled for the emulated Arm machines.</summary>
    public static bool CanCrossCompile { get; } = Requires.IsInPath(CrossCompiler);

    /// <summary>The path of Programs/<paramref name="name"/>.c, compiled. Skips the test when there is no C compiler.</summary>
    public static string Named(string name)
    {
        var prebuilt = Path.Combine(AppContext.BaseDirectory, PrebuiltFolder, name);
        if (File.Exists(prebuilt))
        {
            return prebuilt;
        }

        Requires.CCompiler();
        return Compile(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Programs", name + ".c")), name);
    }

    /// <summary>The path of the program that <paramref name="source"/> compiles to.</summary>
    /// <exception cref="InvalidOperationException">It does not compile; the message is the compiler's output.</exception>
    public static string Compile(string source, string name = "program") => Compile(source, name, "cc");

    /// <summary>The path of <paramref name="file"/>, compiled for 64-bit Arm and for a machine without libraries.</summary>
    public static string CrossCompile(string file) =>
        Compile(File.ReadAllText(file), Path.GetFileNameWithoutExtension(file) + "-arm64", CrossCompiler, "-static");

    private static string Compile(string source, string name, string compiler, params string[] options)
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
        var result = RunResult.Run(compiler, [.. options, "-O1", "-g", "-pthread", "-o", mine, path + ".c"]);
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"{name} does not compile:\n{result.Error}");

        File.Move(mine, path, overwrite: true);
        return path;
    }
}
