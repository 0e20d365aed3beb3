using Perfmon.Tests.Support;

namespace Perfmon.Tests.Emulation;

/// <summary>The repository's own launcher, with programs that need no .NET runtime there.</summary>
public sealed class LauncherTests : IDisposable
{
    private static readonly string s_launcher = Path.Combine(Repository.Root, "tests", "Emulated", "run-on-arm64");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("perfmon-launcher-");

    public void Dispose() => _folder.Delete(recursive: true);

    [SkippableFact]
    public void A_command_runs_in_an_arm_machine_with_a_pmu()
    {
        Needs();
        File.Copy(CProgram.CrossCompile(Path.Combine(AppContext.BaseDirectory, "Programs", "fixed_loop.c")), Path.Combine(_folder.FullName, "loop"));
        var output = Path.Combine(_folder.FullName, "out");
        var result = Run(
            new() { ["OUT"] = output, ["GENV"] = "ANSWER=42", ["T"] = "100" },
            "sh", "-c", "uname -m; cat /sys/bus/event_source/devices/armv8_pmuv3/type; echo $ANSWER >&2; ./loop 10 && echo it\\'s done > /out/file; exit 7");
        Assert.Equal(7, result.ExitCode);
        Assert.Equal("42\n", result.Error);
        var lines = result.Output.Split('\n');
        Assert.Equal("aarch64", lines[0]);
        Assert.InRange(int.Parse(lines[1]), 6, 100);
        Assert.StartsWith("ready ", lines[2], StringComparison.Ordinal);
        Assert.Equal("it's done\n", File.ReadAllText(Path.Combine(output, "file")));
    }

    [SkippableFact]
    public void A_machine_without_a_pmu_and_one_that_takes_too_long()
    {
        Needs();
        var without = Run(new() { ["CPU"] = "max,pmu=off", ["T"] = "100" }, "sh", "-c", "ls /sys/bus/event_source/devices | grep armv8");
        Assert.Equal((1, ""), (without.ExitCode, without.Output));

        var late = Run(new() { ["T"] = "1" }, "sleep", "100");
        Assert.Equal(125, late.ExitCode);
        Assert.Contains("stopped after T=1 seconds", late.Error, StringComparison.Ordinal);
    }

    private RunResult Run(Dictionary<string, string?> environment, params string[] command) =>
        RunResult.Run(s_launcher, [_folder.FullName, .. command], TimeSpan.FromSeconds(120), environment);

    private static void Needs()
    {
        Skip.IfNot(CProgram.CanCrossCompile, "no C compiler for 64-bit Arm. Run: sudo apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross");
        var check = RunResult.Run(s_launcher, "--check");
        Skip.If(check.ExitCode != 0, check.Error.Trim());
    }
}
