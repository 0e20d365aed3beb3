using System.Text.Json;
using Perfmon.Tests.Support;
using Perfmon.Tests.Tool;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary><c>pfmon kvm demo</c> and the sample, as they are started.</summary>
public sealed class DemoCommandTests
{
    [SkippableFact]
    public void The_demonstration_shows_the_registers_and_an_exact_count()
    {
        Guests.NeedInterpretation();
        var output = Pfmon.Run("kvm", "demo", "--turns", "1000").Succeeded().Output;
        Assert.Matches(@"(?m)^  WRMSR  0x4b564e80  CONTROL0 +0x80100006$", output);
        Assert.Matches(@"(?m)^  RDMSR  0x4b564e81  VALUE0 +2,003$", output);
        Assert.Matches(@"(?m)^counted +2,003  exact\nexpected +2,003$", output);
    }

    [SkippableFact]
    public void A_guest_that_is_moved_counts_on()
    {
        Guests.NeedInterpretation();
        var json = JsonDocument.Parse(Pfmon.Run("kvm", "demo", "--turns", "5000", "--migrate", "--json").Succeeded().Output).RootElement;
        Assert.Equal((10_005, 10_005, true), (json.GetProperty("counted").GetInt32(), json.GetProperty("expected").GetInt32(), json.GetProperty("exact").GetBoolean()));
        Assert.Equal(316, json.GetProperty("state_bytes").GetInt32());
        var last = json.GetProperty("accesses").EnumerateArray().Last();
        Assert.Equal(("GENERATION", 1), (last.GetProperty("register").GetString(), last.GetProperty("value").GetInt32()));
        Assert.Contains("saved  316 bytes", Pfmon.Run("kvm", "demo", "--turns", "5000", "--migrate").Succeeded().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--turns", "0")]
    [InlineData("--turns", "many")]
    [InlineData("--turns", "2000000000")]
    [InlineData("--turns", "1", "--migrate")]
    public void What_cannot_be_is_wrong_usage(params string[] arguments) =>
        Assert.Equal(2, Pfmon.Run(["kvm", "demo", .. arguments]).ExitCode);

    [SkippableFact]
    public void The_sample_counts_what_its_page_says()
    {
        Guests.NeedInterpretation();
        var output = RunResult.Run("dotnet", Path.Join(Repository.Root, "artifacts/bin/ParavirtualPmu/debug/ParavirtualPmu.dll")).Succeeded().Output;
        Assert.Equal("Halted: the guest counted 2,005 of its own instructions\n", output);
        Assert.Contains(output, File.ReadAllText(Path.Join(Repository.Root, "samples/README.md")), StringComparison.Ordinal);
    }
}
