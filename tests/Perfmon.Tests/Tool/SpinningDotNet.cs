using System.Diagnostics;

namespace Perfmon.Tests.Tool;

/// <summary>A .NET program that is nearly always in one method, and was told nothing of names at its start.</summary>
internal sealed class SpinningDotNet : IDisposable
{
    public const string Hot = "Spinning+Spinner`1[System.__Canon].Spin(int32)";

    private readonly Process _process;

    public SpinningDotNet()
    {
        var start = new ProcessStartInfo("dotnet", [.. Arguments]) { RedirectStandardOutput = true };
        foreach (var variable in start.Environment.Keys.Where(name => name.Contains("PerfMap", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(variable);
        }

        _process = Process.Start(start)!;
        Assert.Equal($"ready {_process.Id}", _process.StandardOutput.ReadLine());
    }

    /// <summary>What dotnet is given to run it.</summary>
    public static IReadOnlyList<string> Arguments { get; } = [Path.Combine(AppContext.BaseDirectory, "Perfmon.Probe.dll"), "spin"];

    public int Pid => _process.Id;

    public static string MapOf(int pid) => $"/tmp/perf-{pid}.map";

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        File.Delete(MapOf(_process.Id));
        _process.Dispose();
    }
}
