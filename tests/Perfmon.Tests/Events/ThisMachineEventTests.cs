using System.Diagnostics;
using System.Globalization;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Tests.Events;

/// <summary>The running machine, as its kernel and perf describe it.</summary>
public sealed class ThisMachineEventTests
{
    private static readonly HostDescription s_host = HostDescription.Read(HostRoots.System);

    [Fact]
    public void Page_faults() =>
        Assert.Equal(new EventSelection { Type = 1, Config = 2 }, Assert.Single(EventParser.ParseOrThrow("page-faults", s_host)).Selection);

    [SkippableFact]
    public void Time_stamp_counter()
    {
        const string Type = "/sys/bus/event_source/devices/msr/type";
        Skip.IfNot(File.Exists(Type), "This machine has no msr PMU.");
        var type = uint.Parse(File.ReadAllText(Type), CultureInfo.InvariantCulture);
        Assert.Equal(new EventSelection { Type = type }, Assert.Single(EventParser.ParseOrThrow("msr/tsc/", s_host)).Selection);
    }

    [SkippableFact]
    public void A_tracepoint()
    {
        Skip.IfNot(s_host.TraceFs.IsReadable, "tracefs is not mounted, or not readable.");
        var id = ulong.Parse(File.ReadAllText($"{s_host.TraceFs.Path}/events/syscalls/sys_enter_getppid/id"), CultureInfo.InvariantCulture);
        Assert.Equal(
            new EventSelection { Type = 2, Config = id },
            Assert.Single(EventParser.ParseOrThrow("syscalls:sys_enter_getppid", s_host)).Selection);
    }

    [SkippableFact]
    public void Patterns_find_as_many_tracepoints_as_tracefs_has()
    {
        Skip.IfNot(s_host.TraceFs.IsReadable, "tracefs is not mounted, or not readable.");
        var folders = Directory.GetDirectories($"{s_host.TraceFs.Path}/events/syscalls", "sys_enter_*");
        var events = EventParser.ParseOrThrow("syscalls:sys_enter_*", s_host);
        Assert.Equal(folders.Select(Path.GetFileName).Order(StringComparer.Ordinal), events.Select(one => one.Name["syscalls:".Length..]));
    }

    [Fact]
    public void Every_event_of_the_catalogue_can_be_parsed() =>
        Assert.All(
            EventCatalogue.List(s_host).Where(entry => !entry.IsForm),
            entry => Assert.True(EventParser.Parse(entry.Name, s_host).IsSuccess, entry.Name));

    /// <summary>perf's own parser on the same texts: the first attribute that it hands to the kernel.</summary>
    [SkippableFact]
    public void Perf_asks_the_kernel_for_the_same()
    {
        Skip.IfNot(CanRun("perf"), "perf is not installed.");
        Skip.If(s_host.Pmus.CorePmus.Count > 1, "perf prints hybrid events in an order of its own.");
        var named = EventCatalogue.List(s_host).Where(entry => entry.Family is "software" or "hardware" or "cache");
        string[] others =
        [
            "cycles:u", "cycles:k", "cycles:uk", "cycles:h", "page-faults:u", "cs:k", "{page-faults}:u", "r1a8", "r1a8:k",
            "mem:0x1000", "mem:0x1000/8:w", "mem:0x1000:x", "mem:4096/2:rw:u",
        ];
        string[] local = ["sched:sched_switch", "msr/tsc/"];
        var parsed = local.Where(text => EventParser.Parse(text, s_host).IsSuccess);
        foreach (var text in named.Select(entry => entry.Name).Concat(others).Concat(parsed))
        {
            var selection = Assert.Single(EventParser.ParseOrThrow(text, s_host)).Selection;
            Assert.Equal((text, selection), (text, AskPerf(text)));
        }
    }

    private static EventSelection AskPerf(string text)
    {
        var fields = Run("perf", "stat", "-vv", "-e", text, "true").Split('\n')
            .SkipWhile(line => line != "perf_event_attr:").Skip(1)
            .TakeWhile(line => line.StartsWith(' '))
            // As in "{ bp_addr, config1 }   0x1000".
            .Select(line => line.Split([' ', '{', '}', ','], StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[^2], words => words[^1]);
        Assert.True(fields.ContainsKey("size"), $"perf showed no attribute for {text}");
        ulong Field(string name) => !fields.TryGetValue(name, out var value) ? 0
            : value.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToUInt64(value, 16)
            : ulong.Parse(value, CultureInfo.InvariantCulture);
        Exclusions Bit(string name, Exclusions bit) => Field(name) == 1 ? bit : Exclusions.None;
        return new EventSelection
        {
            Type = (uint)Field("type"),
            Config = Field("config"),
            Config1 = Field("config1"),
            Config2 = Field("config2"),
            Breakpoint = (BreakpointAccess)Field("bp_type"),
            // exclude_guest is a default of perf, not of the text.
            Exclude = Bit("exclude_user", Exclusions.User)
                | Bit("exclude_kernel", Exclusions.Kernel)
                | Bit("exclude_hv", Exclusions.Hypervisor),
        };
    }

    private static bool CanRun(string command)
    {
        try
        {
            return Run(command, "--version").Length > 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.Result;
    }
}
