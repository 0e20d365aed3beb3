using System.Text.Json;
using Perfmon.Tests.Kvm.Forms;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

public sealed class KvmFilterTests
{
    // Loads 0x81, stores 0x82, both 0x83: all umasks that are 0 under mask 0x7c, but 0x83.
    private const string LoadsAndStores =
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","x86-fixed-counter":1,"events":[{"format":"x86-masked-entry","select":208,"match":0,"mask":124,"exclude":false},{"format":"x86-masked-entry","select":208,"match":131,"mask":255,"exclude":true}]}""";

    [Fact]
    public void Explain_says_what_decides_as_JSON()
    {
        var result = Run("explain", "--vendor", "intel", "--json", LoadsAndStores, "0xd0/0x81", "0xd0/0x82", "0xd0/0x83", "fixed:0", "fixed:1").Succeeded();
        var explained = JsonDocument.Parse(result.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(["0xd0/0x81", "0xd0/0x82", "0xd0/0x83", "fixed:0", "fixed:1"], explained.Select(one => one.GetProperty("event").GetString()));
        Assert.Equal([true, true, false, true, false], explained.Select(one => one.GetProperty("allowed").GetBoolean()));
        Assert.All(explained, one => Assert.Equal(["event", "allowed", "because"], one.EnumerateObject().Select(member => member.Name)));
        Assert.Contains("excludes it again", explained[2].GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public void Explain_says_what_decides_in_lines()
    {
        var lines = Run("explain", "--vendor", "amd", LoadsAndStores, "0xd0/0x81", "0x1d0/0x81").Succeeded().Output.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("0xd0/0x81   allowed  Entry 0 ", lines[0], StringComparison.Ordinal);
        Assert.Equal("0x1d0/0x81  denied   No entry has select 0x1d0, and an allow filter denies what it does not list.", lines[1]);
        Assert.DoesNotContain('\e', string.Concat(lines));
    }

    [Fact]
    public void Explain_knows_events_of_Arm_and_names()
    {
        var explained = Json("explain", "--json", FilterExamples.ArmProperty, "0x11", "0x30", "0x31", "0x08", "cycles");
        Assert.Equal([true, false, true, false, true], explained.EnumerateArray().Select(one => one.GetProperty("allowed").GetBoolean()));
        Assert.True(Json("explain", "--vendor", "intel", "--json", FilterExamples.SelectUmaskObject, "cycles")[0].GetProperty("allowed").GetBoolean());
        Assert.False(Json("explain", "--vendor", "amd", "--json", FilterExamples.SelectUmaskObject, "cycles")[0].GetProperty("allowed").GetBoolean());
    }

    // Raw codes alone are for either: what is asked says whose.
    [Theory]
    [InlineData("0x01", false)]
    [InlineData("0x02", true)]
    [InlineData("0x01/0x00", false)]
    [InlineData("0x01/0x01", true)]
    public void Explain_of_raw_codes_follows_the_event(string guestEvent, bool allowed)
    {
        string[] vendor = guestEvent.Contains('/', StringComparison.Ordinal) ? ["--vendor", "intel"] : [];
        Assert.Equal(allowed, Json(["explain", "--json", FilterExamples.RawObject, guestEvent, .. vendor])[0].GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public void A_filter_comes_from_a_file_as_well()
    {
        using var file = new TemporaryText($"-object '{LoadsAndStores}' \\\n  -accel kvm,pmu-filter=f0\n");
        Assert.True(Json("explain", "--vendor", "intel", "--json", $"@{file.Path}", "0xd0/0x81")[0].GetProperty("allowed").GetBoolean());

        var missing = Run("explain", "@/no/such/file", "0xd0/0x81");
        Assert.Equal((1, ""), (missing.ExitCode, missing.Output));
        Assert.StartsWith("Cannot read the filter from /no/such/file.\n", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("objects", "-object kvm-pmu-event,id=f0,action=allow,format=x86-masked-entry,select=0xd0,match=0x00,mask=0x7c,exclude=off \\\n")]
    [InlineData("qemu-2024-07", "-object '{\"qom-type\":\"kvm-pmu-filter\",\"id\":\"f0\",\"x86-fixed-counter\":{\"action\":\"allow\",\"bitmap\":\"0x1\"},")]
    [InlineData("kernel", "00000000020000000100000001000000")]
    public void Translate_writes_options_that_are_read_again(string form, string start)
    {
        var text = Run("translate", "--to", form, LoadsAndStores).Succeeded().Output;
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.Equal(Run("translate", "--to", "kernel", LoadsAndStores).Output, Run("translate", "--to", "kernel", text).Succeeded().Output);
    }

    [Fact]
    public void Translate_gives_programs_the_arguments()
    {
        var json = Json("translate", "--to", "qemu-2025-04", "--json", LoadsAndStores);
        Assert.Equal(["-object", LoadsAndStores, "-accel", "kvm,pmu-filter=f0"], json.GetProperty("arguments").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(("qemu-2025-04", "-accel kvm,pmu-filter=f0"), (json.GetProperty("form").GetString(), json.GetProperty("use").GetString()));
    }

    [Fact]
    public void Translate_expands_masked_entries_for_old_kernels()
    {
        var events = JsonDocument.Parse(Json("translate", "--raw", "--to", "qemu-2025-04", "--json", LoadsAndStores).GetProperty("values")[0].GetString()!).RootElement.GetProperty("events");
        Assert.Equal(7, events.GetArrayLength());
        Assert.All(events.EnumerateArray(), one => Assert.NotEqual("x86-masked-entry", one.GetProperty("format").GetString()));
    }

    [Fact]
    public void What_cannot_be_translated_is_wrong_usage()
    {
        var result = Run("translate", "--to", "arm", LoadsAndStores);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("Cannot make a filter for Arm guests of it.\nIt has fixed counters at x86-fixed-counter", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--allow 0xd0/0x00:0x7c --exclude 0xd0/0x83 --fixed 0", LoadsAndStores)]
    [InlineData("--allow 0xd0/0x00:0x7c fixed:0 --exclude 0xd0/0x83", LoadsAndStores)]
    [InlineData("--deny instructions,0xc4/0x20 0x5 --fixed 0,2", """{"qom-type":"kvm-pmu-filter","id":"f0","action":"deny","x86-fixed-counter":5,"events":[{"format":"x86-select-umask","select":192,"umask":0},{"format":"x86-select-umask","select":196,"umask":32},{"format":"raw","code":5}]}""")]
    public void Build_makes_the_filter_of_its_parts(string arguments, string expected) =>
        Assert.Equal(expected, Json(["build", "--vendor", "intel", "--json", .. arguments.Split(' ')]).GetProperty("values")[0].GetString());

    [Theory]
    [InlineData("--allow 0x11 0x23-0x3a", "-cpu host,kvm-pmu-filter=\"A:0x11-0x11;A:0x23-0x3a\"\n")]
    [InlineData("--deny cycles --guest arm", "-cpu host,kvm-pmu-filter=D:0x11-0x11\n")]
    [InlineData("--deny 0x11 --to kvmtool", "D:0x11-0x11\n")]
    public void Build_makes_ranges_of_Arm(string arguments, string expected) => Assert.Equal(expected, Run(["build", .. arguments.Split(' ')]).Succeeded().Output);

    [Theory]
    [InlineData("0xd0/0x81", "Give one of --allow and --deny")]
    [InlineData("--allow --deny 0xd0/0x81", "Give one of --allow and --deny")]
    [InlineData("--allow no-such-event --vendor intel", "'no-such-event' is no event.\nAn event is SELECT/UMASK (0xd0/0x81), SELECT/MATCH:MASK (0xd0/0x80:0xf0), a raw code (0x20c4) or fixed:N, or one of cycles,")]
    [InlineData("--allow 0xd0/0x81:7c", "'0xd0/0x81:7c': a mask is hexadecimal")]
    [InlineData("--allow 0x1000/0x81", "0x1000/0x81\n^")]
    [InlineData("--allow fixed:32", "'fixed:32' is no fixed counter")]
    [InlineData("--allow 0x11 --guest arm --fixed 0", "--fixed: Arm guests have no fixed counters.")]
    [InlineData("--allow 0x11 --to kvmtool --exclude 0x12", "--exclude: filters of Arm guests have ranges")]
    [InlineData("--allow 0xd0/0x81 --to no-such-form", "--to: there is no form 'no-such-form'.")]
    [InlineData("--allow 0xd0/0x81 --vendor via", "--vendor: 'via' is neither intel nor amd.")]
    public void Build_refuses_what_is_no_filter(string arguments, string message)
    {
        var result = Run(["build", .. arguments.Split(' ')]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Check_asks_the_kernel()
    {
        Requires.X86Kvm();
        var json = Json("check", "--json", LoadsAndStores);
        Assert.True(json.GetProperty("predicted").GetProperty("accepted").GetBoolean());
        Assert.True(json.GetProperty("kernel").GetProperty("accepted").GetBoolean());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("problem").ValueKind);

        var text = Run("check", FilterExamples.July2024).Succeeded().Output;
        Assert.Contains("\nkernel     accepted  KVM_SET_PMU_EVENT_FILTER succeeded on a machine made for it.\n", text, StringComparison.Ordinal);
        Assert.Contains("\nnotice     entry 0   Entry 0 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_of_ranges_of_Arm_says_why_no_kernel_is_asked()
    {
        var result = Run("check", FilterExamples.ArmProperty);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("kernel     not asked  KVM takes ranges on a vCPU of an Arm host", result.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Apply_says_why_not_and_what_instead()
    {
        Requires.X86Kvm();
        using var machine = RunningProgram.Start("foreign_machine");
        var result = Run("apply", "--vm", $"{machine.Pid}", LoadsAndStores);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            $"Cannot filter the events of process {machine.Pid}'s guests.\nKVM_SET_PMU_EVENT_FILTER: EIO, KVM's answer to every process but the one that made the machine.\n"
            + $"Give QEMU the filter when it starts:\n-object '{LoadsAndStores}' \\\n-accel kvm,pmu-filter=f0\n",
            result.Error);
    }

    [Theory]
    [InlineData("", "pfmon kvm filter --help")]
    [InlineData("filter", "pfmon kvm filter build")]
    [InlineData("filter build", "pfmon kvm filter build --allow instructions")]
    [InlineData("filter translate", "pfmon kvm filter translate --to")]
    [InlineData("filter explain", "pfmon kvm filter explain --json")]
    [InlineData("filter check", "pfmon kvm filter check @filter.json")]
    [InlineData("filter apply", "pfmon kvm filter apply --vm 4711")]
    public void Help_has_examples(string command, string example)
    {
        var help = Pfmon.Run(["kvm", .. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).Succeeded().Output;
        Assert.Contains($"  {example}", help[help.IndexOf("Examples:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    private static RunResult Run(params string[] arguments) => Pfmon.Run(["kvm", "filter", .. arguments]);

    private static JsonElement Json(params string[] arguments) => JsonDocument.Parse(Run(arguments).Succeeded().Output).RootElement;

    private sealed class TemporaryText : IDisposable
    {
        public TemporaryText(string text) => File.WriteAllText(Path, text);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
