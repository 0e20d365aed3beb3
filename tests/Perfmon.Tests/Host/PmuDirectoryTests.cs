using Perfmon.Host;

namespace Perfmon.Tests.Host;

public sealed class PmuDirectoryTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_machine_without_perf_has_no_pmu_and_no_problem()
    {
        var pmus = PmuDirectory.Read(_host.Roots);
        Assert.Empty(pmus.All);
        Assert.Empty(pmus.CorePmus);
        Assert.Null(pmus.Find("cpu"));
        Assert.Null(pmus.FindByType(4));
        Assert.Empty(pmus.Problems);
    }

    [Fact]
    public void Finds_pmus_by_name_and_by_type()
    {
        _host.Pmu("tracepoint", 2).Pmu("cpu", 4).Pmu("software", 1);
        var pmus = PmuDirectory.Read(_host.Roots);
        Assert.Equal(["cpu", "software", "tracepoint"], pmus.All.Select(pmu => pmu.Name));
        Assert.Equal(4u, pmus.Find("cpu")?.Type);
        Assert.Equal("software", pmus.FindByType(1)?.Name);
        Assert.Equal(["cpu"], pmus.CorePmus.Select(pmu => pmu.Name));
        Assert.Null(pmus.Find("CPU"));
    }

    [Fact]
    public void Reads_formats_events_and_capabilities()
    {
        _host.Pmu(
            "cpu", 4,
            ("format/event", "config:0-7,32-35"), ("format/umask", "config:8-15"),
            ("events/cpu-cycles", "event=0x76"), ("events/instructions", "event=0xc0"),
            ("events/slots", "event=0x00,umask=0x4"), ("events/slots.snapshot", "1"), ("events/slots.per-pkg", "1"),
            ("caps/branches", "32"), ("caps/pmu_name", "skylake"));
        var cpu = PmuDirectory.Read(_host.Roots).Find("cpu")!;
        Assert.Equal(["event", "umask"], cpu.Formats.Keys.Order());
        Assert.Equal("config:0-7,32-35", cpu.Formats["event"].ToString());
        Assert.Equal(["cpu-cycles", "instructions", "slots"], cpu.Events.Keys.Order());
        Assert.Equal(new PmuEvent("cpu-cycles", "event=0x76", null, 1), cpu.Events["cpu-cycles"]);
        Assert.Equal("skylake", cpu.Capabilities["pmu_name"]);
        Assert.Equal("32", cpu.Capabilities["branches"]);
        Assert.Null(cpu.Cpus);
        Assert.True(cpu.IsCore);
        Assert.False(cpu.IsSystemWideOnly);
    }

    [Fact]
    public void A_hybrid_machine_has_a_core_pmu_for_each_kind_of_core()
    {
        _host.Pmu("cpu_core", 4, ("cpus", "0-15")).Pmu("cpu_atom", 10, ("cpus", "16-23")).Pmu("cpu_lowpower", 11, ("cpus", "24-25"))
            .Pmu("uncore_imc_0", 20, ("cpumask", "0")).Pmu("software", 1);
        var pmus = PmuDirectory.Read(_host.Roots);
        Assert.Equal(["cpu_atom", "cpu_core", "cpu_lowpower"], pmus.CorePmus.Select(pmu => pmu.Name));
        Assert.Equal("16-23", pmus.Find("cpu_atom")?.Cpus?.ToString());
    }

    [Fact]
    public void Arm_big_little_has_a_core_pmu_for_each_kind_of_core()
    {
        _host.Pmu("armv8_cortex_a53", 8, ("cpus", "0-3"), ("format/event", "config:0-15"), ("format/rdpmc", "config1:1"))
            .Pmu("armv8_cortex_a72", 9, ("cpus", "4-5"))
            .Pmu("apple_icestorm_pmu", 10, ("cpus", "6"))
            .Pmu("arm_spe_0", 11, ("cpumask", "0-5"));
        var pmus = PmuDirectory.Read(_host.Roots);
        Assert.Equal(["apple_icestorm_pmu", "armv8_cortex_a53", "armv8_cortex_a72"], pmus.CorePmus.Select(pmu => pmu.Name));
        Assert.Equal(CpuList.Of(4, 5), pmus.Find("armv8_cortex_a72")?.Cpus);
        Assert.Equal(PmuFormatField.Config1, pmus.Find("armv8_cortex_a53")?.Formats["rdpmc"].Field);
        Assert.False(pmus.Find("arm_spe_0")!.IsSystemWideOnly);
    }

    [Fact]
    public void An_uncore_pmu_is_for_the_cpus_of_its_mask()
    {
        _host.Pmu(
            "power", 12,
            ("cpumask", "0,28"), ("format/event", "config:0-7"), ("events/energy-pkg", "event=0x02"),
            ("events/energy-pkg.unit", "Joules"), ("events/energy-pkg.scale", "2.3283064365386962890625e-10"));
        var power = PmuDirectory.Read(_host.Roots).Find("power")!;
        Assert.Equal("0,28", power.CpuMask?.ToString());
        Assert.True(power.IsSystemWideOnly);
        Assert.False(power.IsCore);
        Assert.Equal(new PmuEvent("energy-pkg", "event=0x02", "Joules", Math.ScaleB(1, -32)), Assert.Single(power.Events).Value);
    }

    [Fact]
    public void An_uncore_pmu_whose_cpus_are_all_offline_is_still_one() =>
        Assert.True(PmuDirectory.Read(_host.Pmu("uncore_upi_1", 30, ("cpumask", "")).Roots).Find("uncore_upi_1")!.IsSystemWideOnly);

    public static TheoryData<string, string, string> Malformed => new()
    {
        { "type", "four", "'four'" },
        { "type", "-1", "'-1'" },
        { "type", "4294967296", "'4294967296'" },
        { "cpus", "0-x", "'0-x'" },
        { "cpumask", "zero", "'zero'" },
        { "format/event", "config9:0", "'config9'" },
        { "events/cycles", "", "no terms" },
        { "events/cycles.scale", "1e-x", "'1e-x'" },
        { "events/cycles.scale", "NaN", "'NaN'" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_makes_no_sense_is_left_out_and_named(string file, string content, string wrong)
    {
        _host.Pmu("good", 1, ("format/event", "config:0-7"), ("events/cycles", "event=1"));
        _host.Pmu("bad", 7, ("format/umask", "config:8-15"), ("events/cycles", "event=1"), (file, content));
        var pmus = PmuDirectory.Read(_host.Roots);
        var bad = pmus.Find("bad");
        Assert.Equal(file == "type", bad is null);
        Assert.Equal(file.StartsWith("events/", StringComparison.Ordinal), bad is { Events.Count: 0 });
        Assert.True(bad is null || bad.Formats.Keys.SequenceEqual(["umask"]));
        Assert.False(bad?.IsCore == true || bad?.IsSystemWideOnly == true);

        var problem = Assert.Single(pmus.Problems);
        Assert.StartsWith(_host.PathOf($"sys/bus/event_source/devices/bad/{file}: "), problem, StringComparison.Ordinal);
        Assert.Contains(wrong, problem, StringComparison.Ordinal);

        var good = pmus.Find("good")!;
        Assert.Equal((1, 1), (good.Formats.Count, good.Events.Count));
    }

    [Fact]
    public void A_folder_where_a_file_should_be_is_a_problem()
    {
        _host.Folder("sys/bus/event_source/devices/odd/type");
        var pmus = PmuDirectory.Read(_host.Roots);
        Assert.Empty(pmus.All);
        Assert.Contains("odd/type: cannot be read", Assert.Single(pmus.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_hundred_uncore_pmus_are_read_only_where_asked()
    {
        for (var i = 0; i < 200; i++)
        {
            _host.Pmu($"uncore_cha_{i}", (uint)(100 + i), ("cpumask", "0"), ("format/event", "broken"));
        }

        var pmus = PmuDirectory.Read(_host.Roots);
        Assert.Equal(200, pmus.All.Count);
        Assert.Empty(pmus.Problems);
        Assert.Empty(pmus.Find("uncore_cha_7")!.Formats);
        Assert.Single(pmus.Problems);
    }
}
