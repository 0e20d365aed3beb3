using System.Diagnostics;

namespace Perfmon.Tests.Support;

/// <summary>What a command that ran to its end wrote and returned.</summary>
internal sealed record RunResult(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Runs <paramref name="file"/> with an empty standard input and waits for its end.</summary>
    /// <param name="file">A path, or a name in PATH.</param>
    /// <param name="arguments">Passed as they are; no shell is involved.</param>
    /// <param name="timeout">60 seconds unless told. Then the command and its children are killed.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
    /// <exception cref="TimeoutException">The command did not end in time; the message has what it wrote.</exception>
    public static RunResult Run(
        string file,
        IEnumerable<string> arguments,
        TimeSpan? timeout = null,
        IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        // Both pipes are drained while it runs: a full one would stop it.
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var limit = timeout ?? DefaultTimeout;
        var ended = process.WaitForExit(limit);
        if (!ended)
            process.Kill(entireProcessTree: true);

        var result = new RunResult(ended ? process.ExitCode : -1, output.Result, error.Result);
        return ended ? result : throw new TimeoutException($"{file} did not end within {limit}.\n{result.Output}{result.Error}");
    }

    /// <summary>Runs <paramref name="file"/> with the default timeout.</summary>
    public static RunResult Run(string file, params string[] arguments) => Run(file, arguments.AsEnumerable());

    /// <summary>This result; fails the test with everything the command wrote when it did not return 0.</summary>
    public RunResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}{Error}");
        return this;
    }
}
