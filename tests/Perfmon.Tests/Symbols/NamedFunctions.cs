using System.Diagnostics;
using System.Globalization;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Symbols;

/// <summary>Programs/named_functions.c, built in one of the ways that programs are built, in a folder of its own.</summary>
internal sealed class NamedFunctions : IDisposable
{
    private readonly List<Process> _started = [];

    public NamedFunctions(params string[] options)
    {
        Requires.CCompiler();
        Folder = Directory.CreateTempSubdirectory("perfmon-symbols-").FullName;
        Path = System.IO.Path.Combine(Folder, "program");
        Build(Path, options);
    }

    public string Folder { get; }

    public string Path { get; }

    /// <summary>Builds another beside it.</summary>
    public static void Build(string path, params string[] options) =>
        RunResult.Run("cc", ["-O1", "-g", "-o", path, System.IO.Path.Combine(AppContext.BaseDirectory, "Programs", "named_functions.c"), .. options]).Succeeded();

    /// <summary>Runs a command of the shell in the folder.</summary>
    public void Shell(string command) => RunResult.Run("sh", "-e", "-c", $"cd '{Folder}'; {command}").Succeeded();

    /// <summary>Starts it through <paramref name="through"/>; gives back its id and the addresses of its functions.</summary>
    public (int Pid, Dictionary<string, ulong> Addresses) Start(params string[] through)
    {
        string[] line = [.. through, Path];
        var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _started.Add(process);
        var ready = process.StandardOutput.ReadLine();
        Assert.StartsWith("ready ", ready, StringComparison.Ordinal);
        var addresses = new Dictionary<string, ulong>();
        while (process.StandardOutput.ReadLine() is { } text && text != "end")
        {
            var fields = text.Split(' ');
            addresses[fields[0]] = ulong.Parse(fields[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        }

        // Of a shell that executes it, it has the shell's id.
        return (process.Id, addresses);
    }

    /// <summary>Ends the program that was started last.</summary>
    public void EndLast()
    {
        _started[^1].StandardInput.Close();
        Assert.True(_started[^1].WaitForExit(TimeSpan.FromSeconds(60)));
    }

    public void Dispose()
    {
        foreach (var process in _started)
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
