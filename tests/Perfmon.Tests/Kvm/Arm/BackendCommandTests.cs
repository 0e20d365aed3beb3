using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using Perfmon.Tests.Host;
using Perfmon.Tests.Tool;

namespace Perfmon.Tests.Kvm.Arm;

/// <summary><c>pfmon kvm backend</c> on copies of other hosts' sysfs.</summary>
public sealed partial class BackendCommandTests : IDisposable
{
    private readonly FakeHost _host = new FakeHost().File("sys/devices/system/cpu/possible", "0-5")
        .Pmu("armv8_cortex_a53", 10, ("cpus", "0-3")).Pmu("armv8_cortex_a72", 11, ("cpus", "4-5"))
        .Pmu("breakpoint", 5).Pmu("kprobe", 6).Pmu("software", 1).Pmu("uprobe", 7);

    private string Sys => _host.PathOf("sys");

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Tells_what_is_taken_and_why_not_the_rest()
    {
        var result = Pfmon.Run("kvm", "backend", "--sys", Sys);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            [
                "none",
                "Taken: no event source covers all possible CPUs, and this kernel does not offer fixed counters only: the PMU is off.",
                "Refused",
                "kernel default  it is the PMU of whichever CPU the first vCPU is initialised on, and none covers all possible CPUs",
                "armv8_cortex_a53  its CPUs 0-3 lack 4-5 of the possible 0-5",
                "armv8_cortex_a72  its CPUs 4-5 lack 0-3 of the possible 0-5",
                "breakpoint, kprobe and 2 more  it has no file cpus: it is not a PMU of cores",
                "fixed counters  this kernel does not offer them",
                "KVM was not asked: taken for granted that it offers virtual PMUs, SET_PMU. Say otherwise:  --offers",
            ],
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Gap().Replace(line.Trim(), "  ")));
    }

    [GeneratedRegex("  +")]
    private static partial Regex Gap();

    [Fact]
    public void Tells_where_vcpus_must_stay()
    {
        var output = Pfmon.Run("kvm", "backend", "--sys", Sys, "--pmu", "armv8_cortex_a72").Output.Split('\n');
        Assert.Equal("armv8_cortex_a72 (type 11)", output[0]);
        Assert.Equal("  Taken: the user names it; the vCPUs must stay on its CPUs 4-5.", output[1]);
        Assert.StartsWith("  Keep the vCPU threads there:  taskset -a -p -c 4-5 PID", output[2], StringComparison.Ordinal);
        Assert.Equal("  Tell KVM before filters and before the first run: KVM_ARM_VCPU_PMU_V3_SET_PMU with 11.", output[3]);
    }

    [Theory]
    [InlineData("", "none", null, null)]
    [InlineData("--pmu 11", "event_source", 11, "4-5")]
    [InlineData("--pmu armv8_cortex_a53", "event_source", 10, "0-3")]
    [InlineData("--compatible", "kernel_default", null, null)]
    [InlineData("--offers set-pmu,fixed-counters", "fixed_counters", null, null)]
    [InlineData("--offers default", "none", null, null)]
    [InlineData("--offers none --compatible", "none", null, null)]
    public void Json_has_the_choice_and_every_candidate(string options, string backend, int? type, string? cpus)
    {
        var result = Pfmon.Run(["kvm", "backend", "--json", "--sys", Sys, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var json = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(backend, json.GetProperty("backend").GetString());
        Assert.Equal(type, json.GetProperty("pmu_type") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : null);
        Assert.Equal(cpus, json.GetProperty("vcpu_cpus").GetString());
        Assert.Equal("0-5", json.GetProperty("possible_cpus").GetString());
        Assert.False(json.GetProperty("kvm").GetProperty("asked").GetBoolean());
        var candidates = json.GetProperty("candidates").EnumerateArray().ToList();
        Assert.Equal(9, candidates.Count);
        Assert.Equal(backend, Assert.Single(candidates, candidate => candidate.GetProperty("taken").GetBoolean()).GetProperty("kind").GetString());
        Assert.All(candidates, candidate => Assert.NotEmpty(candidate.GetProperty("reason").GetString()!));
    }

    [Theory]
    [InlineData("--pmu armv8_cortex_a57", 2, "No event source here has the name armv8_cortex_a57.")]
    [InlineData("--pmu software", 2, "it has no file cpus: it is not a PMU of cores.")]
    [InlineData("--pmu 10 --offers default", 1, "KVM here cannot be told which PMU to take")]
    [InlineData("--offers everything", 2, "'everything' is not one of none, default, set-pmu, fixed-counters.")]
    public void What_cannot_be_is_an_error(string options, int exitCode, string text)
    {
        var result = Pfmon.Run(["kvm", "backend", "--sys", Sys, .. options.Split(' ')]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.Contains(text, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_no_copy_of_sysfs_is_an_error()
    {
        var result = Pfmon.Run("kvm", "backend", "--sys", _host.PathOf("proc"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no folder bus/event_source/devices", result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void On_x86_there_is_no_choice()
    {
        Skip.If(RuntimeInformation.ProcessArchitecture == Architecture.Arm64, "this is an Arm host.");
        var result = Pfmon.Run("kvm", "backend");
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            """
            Cannot choose a PMU back end here.
            There is a choice on Arm hosts only, whose cores may differ; on x86 a guest's PMU counts with the CPU's.
            Try it for another host, with a copy of its sysfs:  pfmon kvm backend --sys DIR

            """,
            result.Error);
    }
}
