using System.Globalization;

namespace Perfmon.Tests.Support;

/// <summary>
/// Perfmon.Probe in a folder that every user can read: a session in another process, run through a command that takes rights away or
/// sets limits.
/// </summary>
internal sealed class Probe : IDisposable
{
    private const UnixFileMode ForAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-probe-").FullName;

    public Probe()
    {
        File.SetUnixFileMode(_folder, ForAll);
        string[] files = ["Perfmon.Probe.dll", "Perfmon.Probe.runtimeconfig.json", "Perfmon.dll", "Perfmon.Native.dll", "CommunityToolkit.HighPerformance.dll"];
        foreach (var file in files)
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, file), Path.Combine(_folder, file));
            File.SetUnixFileMode(Path.Combine(_folder, file), ForAll);
        }
    }

    /// <summary>Takes all rights away: an ordinary user with no capability.</summary>
    public static string[] Nobody { get; } = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"];

    /// <summary>Runs it through <paramref name="through"/>; it leaves no descriptor open, or the test fails.</summary>
    public RunResult Run(string[] through, params string[] arguments)
    {
        string[] line = [.. through, "dotnet", Path.Combine(_folder, "Perfmon.Probe.dll"), .. arguments];
        var environment = new Dictionary<string, string?> { ["HOME"] = _folder, ["DOTNET_TieredPGO"] = "0" };
        var result = RunResult.Run(line[0], line[1..], environment: environment);
        Assert.True(result.ExitCode is 0 or 3, $"exit code {result.ExitCode}\n{result.Output}{result.Error}");
        Assert.EndsWith("\nleft 0\n", result.Output, StringComparison.Ordinal);
        return result;
    }

    /// <summary>The value of the event that was printed as counted.</summary>
    public static ulong Value(RunResult result, string name)
    {
        var line = Assert.Single(result.Output.Split('\n'), line => line.StartsWith($"{name} ", StringComparison.Ordinal));
        var fields = line.Split(' ');
        Assert.Equal("Counted", fields[1]);
        return ulong.Parse(fields[2], CultureInfo.InvariantCulture);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
