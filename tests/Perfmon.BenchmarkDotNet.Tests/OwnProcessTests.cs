using System.Text.Json;
using Perfmon.BenchmarkProgram;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>A real run of BenchmarkDotNet's default toolchain: it builds a program, which runs each benchmark in a process of its own.</summary>
public sealed class OwnProcessTests
{
    private const string GetPpid = "syscalls:sys_enter_getppid";

    [SkippableFact]
    public void A_process_of_its_own_counts_itself_and_is_profiled()
    {
        InProcessTests.RequireTracepoints();
        using var program = new OwnProcess();
        using var run = BenchmarkRun.Of([], program.Folder, "own", nameof(KnownWork), "profile", GetPpid, "page-faults", "task-clock");

        Assert.Equal(KnownWork.Calls, run["GetParent", GetPpid]);
        Assert.Equal(0, run["TouchFreshPages", GetPpid]);
        InProcessTests.AssertNear(KnownWork.Pages, run["TouchFreshPages", "page-faults"]);
        Assert.True(run["GetParent", "task-clock"] > 0);

        var flames = Assert.Single(run.Files(".html"), file => file.Contains("TouchFreshPages", StringComparison.Ordinal));
        Assert.Contains("KnownWork.TouchFreshPages()", File.ReadAllText(flames), StringComparison.Ordinal);
        Assert.Contains(flames, run.Log, StringComparison.Ordinal);
        foreach (var method in new[] { "GetParent", "TouchFreshPages" })
        {
            var file = Assert.Single(run.Files(".speedscope.json"), file => file.Contains(method, StringComparison.Ordinal));
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            Assert.NotEmpty(json.RootElement.GetProperty("profiles").EnumerateArray());
            Assert.Contains(file, run.Log, StringComparison.Ordinal);
        }
    }
}
