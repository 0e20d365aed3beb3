using System.Diagnostics;
using Perfmon.Bench.Sampling;

namespace Perfmon.Bench.Startup;

/// <summary>
/// What it takes to count a command that does nothing: <c>perf stat true</c>, <c>pfmon stat true</c> compiled ahead as it is published, and as IL that the runtime compiles when it runs, in turn.
/// </summary>
internal static class StartupComparison
{
    public static async Task<int> RunAsync(int rounds, string? folder)
    {
        if (!PerfRecorder.IsInstalled)
        {
            Console.Error.WriteLine("perf is not installed. Run: sudo apt-get install linux-perf");
            return 1;
        }

        var mine = folder is null ? Directory.CreateTempSubdirectory("perfmon-startup-").FullName : null;
        try
        {
            if (mine is not null)
            {
                Publish(Path.Join(mine, "il"), "-p:PublishReadyToRun=false");
                Publish(mine);
            }

            List<StartupSide> sides =
            [
                new("`true` alone", "true"),
                new("`perf stat true`", "perf", "stat", "true"),
                new("`pfmon stat true`", Path.Join(mine ?? folder, "pfmon"), "stat", "true"),
                new("`pfmon --version`", Path.Join(mine ?? folder, "pfmon"), "--version"),
            ];
            if (mine is not null)
            {
                sides.Add(new("`pfmon stat true`, IL", Path.Join(mine, "il/pfmon"), "stat", "true"));
            }

            await PrintAsync(sides, rounds).ConfigureAwait(false);
            return 0;
        }
        finally
        {
            if (mine is not null)
            {
                Directory.Delete(mine, recursive: true);
            }
        }
    }

    private static async Task PrintAsync(List<StartupSide> sides, int rounds)
    {
        var times = sides.ConvertAll(_ => new List<StartupTime>());
        foreach (var side in sides)
        {
            // Files come into the page cache.
            _ = await side.RunAsync().ConfigureAwait(false);
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < sides.Count; i++)
            {
                // Each comes first as often.
                var turn = (round + i) % sides.Count;
                times[turn].Add(await sides[turn].RunAsync().ConfigureAwait(false));
            }
        }

        Console.WriteLine($"{Machine.Description}\nmedians of {rounds} rounds in turn; quartiles in parentheses, those of a ratio of the rounds' own\n");
        Console.WriteLine("| command | elapsed, ms | CPU time, ms | elapsed / perf | CPU time / perf |");
        Console.WriteLine("|---|--:|--:|--:|--:|");
        for (var i = 0; i < sides.Count; i++)
        {
            Console.WriteLine(
                $"| {sides[i].Name} | {Quartiles([.. times[i].Select(time => time.Elapsed)])} | {Quartiles([.. times[i].Select(time => time.Cpu)])} "
                + $"| {Quartiles([.. times[i].Zip(times[1], (one, perf) => one.Elapsed / perf.Elapsed)])} | {Quartiles([.. times[i].Zip(times[1], (one, perf) => one.Cpu / perf.Cpu)])} |");
        }
    }

    private static string Quartiles(double[] values) => $"{Quantiles.Median(values):N1} ({Quantiles.Of(values, 0.25):N1} to {Quantiles.Of(values, 0.75):N1})";

    private static void Publish(string folder, params ReadOnlySpan<string> options)
    {
        string[] arguments = ["publish", Path.Join(Root(), "tools/pfmon"), "-c", "Release", "-r", "linux-x64", "-v", "q", "-o", folder, .. options];
        using var sdk = Process.Start(new ProcessStartInfo("dotnet", arguments) { Environment = { ["MSBUILDDISABLENODEREUSE"] = "1" } })!;
        sdk.WaitForExit();
        if (sdk.ExitCode != 0)
        {
            throw new InvalidOperationException("pfmon cannot be published.");
        }
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Join(folder, "Perfmon.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No Perfmon.sln above {AppContext.BaseDirectory}: give the folder that pfmon is published in.");
    }
}
