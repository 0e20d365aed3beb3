using System.Collections.Concurrent;
using System.Text.Json;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Emulation;

/// <summary>One boot of an emulated machine with all the tests that ask for it.</summary>
internal sealed class EmulatedRun
{
    private static readonly ConcurrentDictionary<Machine, Lazy<Task<EmulatedRun>>> s_runs = [];

    private readonly Dictionary<string, TestReport> _reports;
    private readonly TestReport _missing;

    private EmulatedRun(IEnumerable<TestReport> reports, TestReport missing)
    {
        _reports = reports.ToDictionary(report => report.Name);
        _missing = missing;
    }

    /// <summary>How long a machine may take. The longest needs a quarter of it on two CPUs.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromMinutes(6);

    /// <summary>What became of the test <paramref name="name"/>; boots the machine if no test asked for it before.</summary>
    public static async Task<TestReport> ReportAsync(Machine machine, string name)
    {
        var run = await s_runs.GetOrAdd(machine, machine => new Lazy<Task<EmulatedRun>>(() => Task.Run(() => Boot(machine)))).Value.ConfigureAwait(false);
        return run._reports.GetValueOrDefault(name, run._missing);
    }

    private static EmulatedRun Boot(Machine machine)
    {
        var lacks = Launcher.WhatLacks;
        if (lacks is not null)
        {
            return new EmulatedRun([], new TestReport("", TestOutcome.Skipped) { Message = lacks });
        }

        var folder = Directory.CreateTempSubdirectory("perfmon-emulated-");
        try
        {
            return Boot(machine, folder.FullName);
        }
        catch (Exception e)
        {
            return new EmulatedRun([], Failed($"The emulated machine {machine} did not start: {e}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static EmulatedRun Boot(Machine machine, string folder)
    {
        var results = Path.Combine(folder, "results");
        var application = GuestFolder.Create(Path.Combine(folder, "app"));
        string[] line = [application, .. Launcher.Command("Perfmon.Tests"), "/out/results.jsonl"];
        var run = RunResult.Run(Launcher.Path, line, Timeout + TimeSpan.FromSeconds(30), Machines.Variables(machine, results));
        var file = Path.Combine(results, "results.jsonl");
        var reports = File.Exists(file) ? File.ReadLines(file).Select(line => JsonSerializer.Deserialize<TestReport>(line)!).ToList() : [];

        // A test that took the process along has no report, nor have those after it.
        return new EmulatedRun(reports, Failed($"The test did not run to its end in the emulated machine {machine}; its program's exit code was {run.ExitCode}.\n{run.Output}{run.Error}"));
    }

    private static TestReport Failed(string message) => new("", TestOutcome.Failed) { ExceptionType = nameof(InvalidOperationException), Message = message };
}
