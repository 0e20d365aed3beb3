using System.Diagnostics;
using System.Text.Json;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary>The tool as it was built with these tests.</summary>
internal sealed class Pfmon : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;

    private Pfmon(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>The program: built into the same configuration as these tests.</summary>
    public static string Program { get; } =
        Path.Combine(Repository.Root, "artifacts", "bin", "pfmon", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "pfmon");

    public static RunResult Run(params string[] arguments) => RunResult.Run(Program, arguments);

    /// <summary>Runs <c>stat --json -o FILE</c> with <paramref name="arguments"/>, and gives back its exit code and the objects in the file.</summary>
    public static (int ExitCode, JsonElement[] Objects) RunJson(params string[] arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            var result = Run(["stat", "--json", "-o", file, .. arguments]);
            Assert.Equal("", result.Error);
            return (result.ExitCode, ParseLines(File.ReadAllText(file)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static JsonElement[] ParseLines(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The event called <paramref name="name"/> of a result.</summary>
    public static JsonElement Event(JsonElement result, string name) =>
        result.GetProperty("events").EnumerateArray().Single(one => one.GetProperty("event").GetString() == name);

    /// <summary>Intervals add up to the time of the whole, and no whole one ends early: each at another multiple of <paramref name="length"/> nanoseconds.</summary>
    /// <returns>When they ended, in nanoseconds.</returns>
    public static List<long> AssertIntervals(JsonElement[] intervals, JsonElement whole, long length)
    {
        var times = intervals.Select(interval => interval.GetProperty("time_ns").GetInt64()).ToList();
        Assert.Equal(whole.GetProperty("elapsed_ns").GetInt64(), times[^1]);
        Assert.Equal(times[^1], intervals.Sum(interval => interval.GetProperty("interval_ns").GetInt64()));
        Assert.Equal(times.Order(), times);
        var multiples = times[..^1].Select(time => time / length).ToList();
        Assert.Equal(multiples.Distinct().Where(multiple => multiple > 0).Order(), multiples);
        return times;
    }

    public static long Value(JsonElement result, string name) => Event(result, name).GetProperty("value").GetInt64();

    /// <summary>Starts the tool, whose standard error is read line by line.</summary>
    public static Pfmon Start(params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true })!);

    /// <summary>The next line of standard error.</summary>
    public string? ReadLine() => _process.StandardError.ReadLine();

    public void Signal(string name) => RunResult.Run("kill", "-s", name, $"{_process.Id}").Succeeded();

    /// <summary>Waits for the end.</summary>
    public RunResult End()
    {
        var error = _process.StandardError.ReadToEndAsync();
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(30)), "pfmon did not end.");
        return new RunResult(_process.ExitCode, _output.Result, error.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
