using System.Diagnostics;
using Perfmon.Diagnostics;
using Perfmon.Symbols;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Symbols;

/// <summary>Names of code that a running .NET process compiled, of which it was not told to tell when it was started.</summary>
public sealed class JitMapsTests
{
    private const string Hot = "Spinning+Spinner`1[System.__Canon].Spin(int32)";

    [SkippableFact]
    public void SamplesOfAHotMethodAreInItFromWhenTheMapIsOn()
    {
        using var process = Start([]);
        try
        {
            var samples = SampledAddresses.Of(process.Id, atLeast: 200);
            using var symbolizer = new Symbolizer();
            var (hot, isKernel) = samples.GroupBy(sample => sample).MaxBy(group => group.Count())!.Key;
            Assert.False(isKernel);
            var before = symbolizer.Resolve(process.Id, hot, false)[0];
            Assert.False(before.IsResolved);
            Assert.Equal((FrameKind.Unknown, "/memfd:doublemapper"), (before.Kind, before.Module));

            // All are asked for before the map is there: what it tells is told of each of them.
            Assert.All(samples.Where(sample => !sample.IsKernel).Distinct(), sample => Assert.NotEqual(Hot, symbolizer.Resolve(process.Id, sample.Address, false)[0].Function));

            Assert.True(JitMaps.TryEnable(process.Id, out var enabled, out var problem), problem?.Message);
            using (enabled)
            {
                WaitFor(() => symbolizer.Resolve(process.Id, hot, false)[0].IsResolved);
                var after = symbolizer.Resolve(process.Id, hot, false)[0];
                Assert.Equal((Hot, "[JIT]", FrameKind.Jit), (after.Function, after.Module, after.Kind));
                Assert.StartsWith("uint64 [Perfmon.Probe] Spinning+Spinner`1[System.__Canon]::Spin(int32)[", after.RawName, StringComparison.Ordinal);
                var names = samples.Where(sample => !sample.IsKernel).Select(sample => symbolizer.Resolve(process.Id, sample.Address, false)[0]).ToList();
                Assert.True(names.Count(frame => frame.Function == Hot) > names.Count * 9 / 10, string.Join('\n', names.CountBy(frame => frame.ToString())));
                Assert.Null(enabled.Disable());
                Assert.Null(enabled.Disable());
            }

            // What was mapped is known after the process has ended.
            process.Kill();
            process.WaitForExit();
            symbolizer.ProcessExited(process.Id);
            Assert.Equal(Hot, symbolizer.Resolve(process.Id, hot ^ 1, false)[0].Function);
        }
        finally
        {
            End(process);
        }
    }

    [SkippableFact]
    public void AContainersMapIsFoundByItsOwnIdInItsOwnFolder()
    {
        Requires.Root();
        Requires.Command("unshare");
        // A process namespace and a /tmp of its own, in which the program is, but elsewhere.
        using var shell = Start(
            [
                "unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child",
                "sh", "-c", "mount --bind \"$1\" /mnt && mount -t tmpfs tmpfs /tmp && shift && exec \"$@\"", "sh", AppContext.BaseDirectory,
            ],
            folder: "/mnt");
        try
        {
            var pid = int.Parse(File.ReadAllText($"/proc/{shell.Id}/task/{shell.Id}/children").Trim());
            var (hot, _) = SampledAddresses.Of(pid, atLeast: 200).GroupBy(sample => sample).MaxBy(group => group.Count())!.Key;
            Assert.True(JitMaps.TryEnable(pid, out var enabled, out var problem), problem?.Message);
            using (enabled)
            using (var symbolizer = new Symbolizer())
            {
                Assert.True(File.Exists($"/proc/{pid}/root/tmp/perf-1.map"));
                WaitFor(() => symbolizer.Resolve(pid, hot, false)[0].IsResolved);
                Assert.Equal(Hot, symbolizer.Resolve(pid, hot, false)[0].Function);
            }
        }
        finally
        {
            End(shell);
        }
    }

    [SkippableFact]
    public void AMapThatWasToldToBeElsewhereIsFoundThere()
    {
        var folder = Directory.CreateTempSubdirectory("perfmon-maps-").FullName;
        using var process = Start(["env", $"DOTNET_PerfMapJitDumpPath={folder}", "DOTNET_PerfMapEnabled=1"]);
        try
        {
            Assert.True(File.Exists($"{folder}/perf-{process.Id}.map"));
            var (hot, _) = SampledAddresses.Of(process.Id, atLeast: 200).GroupBy(sample => sample).MaxBy(group => group.Count())!.Key;
            using var symbolizer = new Symbolizer();
            Assert.Equal(Hot, symbolizer.Resolve(process.Id, hot, false)[0].Function);
        }
        finally
        {
            End(process);
            Directory.Delete(folder, recursive: true);
        }
    }

    [SkippableFact]
    public void AProcessThatIsNotOfDotNetIsSaidSo()
    {
        using var program = RunningProgram.Start("sleeper");
        Assert.False(JitMaps.TryEnable(program.Pid, out _, out var problem));
        Assert.Equal(PerfmonReason.NotSupported, problem.Reason);
        Assert.Contains($"process {program.Pid}: it has no diagnostic port", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProcessThatIsNotThereIsSaidSo()
    {
        Assert.False(JitMaps.TryEnable(int.MaxValue, out _, out var problem));
        Assert.Equal(PerfmonReason.NoSuchTarget, problem.Reason);
    }

    [SkippableFact]
    public void AProcessThatIsStoppedIsNotWaitedForWithoutEnd()
    {
        using var process = Start([]);
        try
        {
            RunResult.Run("kill", "-STOP", $"{process.Id}").Succeeded();
            while (!Directory.GetDirectories($"/proc/{process.Id}/task").All(thread => File.ReadAllText(Path.Combine(thread, "stat")).Contains(") T ", StringComparison.Ordinal)))
            {
                Thread.Sleep(1);
            }

            Assert.False(JitMaps.TryEnable(process.Id, out _, out var problem));
            Assert.Equal(PerfmonReason.Busy, problem.Reason);
        }
        finally
        {
            End(process);
        }
    }

    private static Process Start(string[] through, string? folder = null)
    {
        string[] line = [.. through, "dotnet", Path.Combine(folder ?? AppContext.BaseDirectory, "Perfmon.Probe.dll"), "spin"];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true };
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("DOTNET_Perf", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(variable);
        var process = Process.Start(start)!;
        Assert.StartsWith("ready ", process.StandardOutput.ReadLine(), StringComparison.Ordinal);
        return process;
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        File.Delete($"/tmp/perf-{process.Id}.map");
    }

    private static void WaitFor(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
            Thread.Sleep(10);
        }
    }
}
