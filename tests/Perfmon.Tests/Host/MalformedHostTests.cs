using FsCheck;
using FsCheck.Fluent;
using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Tests.Host;

/// <summary>Whatever a file holds, reading gives a result or a clear error.</summary>
public sealed class MalformedHostTests : IDisposable
{
    private static readonly (string Path, string Content)[] s_files =
    [
        ("proc/cpuinfo", "processor : 0\nvendor_id : AuthenticAMD\ncpu family : 25\nmodel : 1\nstepping : 1\nflags : perfctr_core"),
        ("proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nNoNewPrivs:\t0\nSeccomp:\t0\nCpus_allowed_list:\t0-3"),
        ("proc/self/uid_map", "0 0 4294967295"),
        ("proc/self/limits", "Max open files 1024 4096 files\nMax locked memory unlimited unlimited bytes"),
        ("proc/sys/fs/nr_open", "1048576"),
        ("proc/sys/kernel/osrelease", "6.18.44"),
        ("proc/sys/kernel/perf_event_paranoid", "2"),
        ("proc/7/status", "Tgid:\t7"),
        ("sys/devices/system/cpu/online", "0-3"),
        ("sys/devices/system/cpu/possible", "0-7"),
        ("sys/bus/event_source/devices/pmu/type", "12"),
        ("sys/bus/event_source/devices/pmu/cpus", "0-3"),
        ("sys/bus/event_source/devices/pmu/cpumask", "0"),
        ("sys/bus/event_source/devices/pmu/format/event", "config:0-7,32-35"),
        ("sys/bus/event_source/devices/pmu/events/energy", "event=0x02"),
        ("sys/bus/event_source/devices/pmu/events/energy.unit", "Joules"),
        ("sys/bus/event_source/devices/pmu/events/energy.scale", "2.3e-10"),
        ("sys/bus/event_source/devices/pmu/caps/branches", "32"),
        ("sys/kernel/tracing/events/sched/sched_switch/id", "316"),
    ];

    private readonly FakeHost _host = new();

    public MalformedHostTests()
    {
        foreach (var (path, content) in s_files)
        {
            _host.File(path, content);
        }
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void The_unharmed_machine_reads_without_a_problem() => Assert.Empty(ReadEverything());

    [Fact]
    public void Random_text_in_any_file_never_crashes() =>
        Check(ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""));

    [Fact]
    public void Text_that_looks_right_in_any_file_never_crashes() =>
        Check(Gen.Elements("0123456789-,:.xe \t\nconfigCPU:".ToCharArray()).ListOf().Select(string.Concat));

    [Fact]
    public void A_damaged_file_never_crashes()
    {
        const string Arm = "processor : 0\nCPU implementer : 0x41\nCPU variant : 0x1\nCPU part : 0xd03\nCPU revision : 4";
        var damages = from file in Gen.Elements<(string Path, string Content)>([.. s_files, ("proc/cpuinfo", Arm)])
                      from at in Gen.Choose(0, file.Content.Length - 1)
                      from letter in Gen.Choose(0, 255)
                      from isCut in Gen.Elements(true, false)
                      select (file.Path, file.Content[..at] + (char)letter + (isCut ? "" : file.Content[(at + 1)..]));
        Check(damages);
    }

    private void Check(Gen<string> texts) => Check(from file in Gen.Elements(s_files) from text in texts select (file.Path, text));

    private void Check(Gen<(string Path, string Text)> contents) =>
        Prop.ForAll(contents.ToArbitrary(), content =>
        {
            _host.File(content.Path, content.Text);
            var problems = ReadEverything();
            _host.File(content.Path, s_files.Single(file => file.Path == content.Path).Content);
            // Only the harmed file may be blamed, in one line.
            var blamed = _host.PathOf(content.Path) + ": ";
            return problems.All(problem => problem.StartsWith(blamed, StringComparison.Ordinal) && !problem.Contains('\n'));
        }).QuickCheckThrowOnFailure();

    private List<string> ReadEverything()
    {
        var host = _host.Read();
        var errors = new List<string>();
        _ = (host.Cpu, host.Cpus, host.User, host.Settings, host.Limits, host.Kernel);
        foreach (var pmu in host.Pmus.All)
        {
            _ = (pmu.IsCore, pmu.IsSystemWideOnly, pmu.Formats, pmu.Events, pmu.Capabilities);
        }

        if (!host.TraceFs.TryGetTracepointId("sched", "sched_switch", out var id, out var problem))
        {
            Assert.Equal((0, TraceFsProblem.Malformed), (id, problem));
        }

        try
        {
            _ = ProcessThreads.ThreadGroup(_host.Roots, 7);
        }
        catch (PerfmonException error)
        {
            errors.Add(error.Message);
        }

        return [.. host.Problems, .. errors];
    }
}
