using System.Diagnostics;
using System.Text.RegularExpressions;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Docs;

/// <summary>A program of samples/, as it was built with these tests: run to its end, or beside another.</summary>
internal sealed partial class SampleProgram : IDisposable
{
    private readonly Process _process;

    private SampleProgram(Process process) => _process = process;

    /// <summary>Runs a sample to its end.</summary>
    public static string Run(string name, params string[] arguments) => RunResult.Run("dotnet", [PathOf(name), .. arguments]).Succeeded().Output;

    /// <summary>Starts a sample, whose standard output is read line by line.</summary>
    public static SampleProgram Start(string name, params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo("dotnet", [PathOf(name), .. arguments]) { RedirectStandardOutput = true, RedirectStandardInput = true })!);

    /// <summary>What a sample prints, as its section of samples/README.md shows it: the fence behind that of the command.</summary>
    public static string ShownOutput(string name)
    {
        var page = File.ReadAllText(Path.Join(Repository.Root, "samples/README.md"));
        var start = page.IndexOf($"\n## {name}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"samples/README.md has no section {name}.");
        var end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var fence = Fence().Match(end < 0 ? page[start..] : page[start..end]);
        Assert.True(fence.Success, $"Section {name} of samples/README.md shows no output behind a command.");
        return fence.Groups["output"].Value;
    }

    /// <summary>Output without its figures and the width of its columns.</summary>
    public static string Shape(string output) => Spaces().Replace(Number().Replace(output, "N"), " ").Trim();

    /// <summary>The next line, or null at the end.</summary>
    public string? ReadLine() => _process.StandardOutput.ReadLine();

    public void Signal(string name) => RunResult.Run("kill", "-s", name, $"{_process.Id}").Succeeded();

    /// <summary>Waits for the end, and gives back what was not read yet.</summary>
    public string End()
    {
        var rest = _process.StandardOutput.ReadToEndAsync();
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(60)), "The sample did not end.");
        Assert.Equal(0, _process.ExitCode);
        return rest.Result;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string PathOf(string name) => Path.Join(Repository.Root, $"artifacts/bin/{name}/debug/{name}.dll");

    [GeneratedRegex("^```sh\n[^`]*^```\n```\n(?<output>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\d[\d,]*(\.\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Spaces();
}
