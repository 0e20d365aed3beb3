using Perfmon.Host;
using Perfmon.Tool.Output;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Info;

/// <summary>The report for people.</summary>
internal static class MachineText
{
    public static void Write(IAnsiConsole console, MachineReport report)
    {
        Section(console, "Machine", Machine(report));
        Section(console, "PMUs", report.Pmus.Select(Pmu), Justify.Left, Justify.Left, Justify.Left);
        Section(console, "Events", report.Events.Select(family => new Cell[] { family.Key, $"{family.Value:N0}" }), Justify.Left, Justify.Right);
        Section(console, "Permissions", Permissions(report.Permissions));
        Section(console, "Registers", Registers(report.Registers));
        if (report.Obstacles.Count == 0)
        {
            console.WriteLine("Nothing stands in the way.");
        }
        else
        {
            console.WriteLine("What stands in the way", Terminal.Bold);
            foreach (var obstacle in report.Obstacles)
            {
                console.WriteColumns(
                    [Justify.Left], [[new Cell(obstacle.What, Terminal.Warning)], [obstacle.Why], [obstacle.Cure]], indent: 2);
                console.WriteLine();
            }
        }

        foreach (var problem in report.Problems)
        {
            console.WriteLine($"Left out: {problem}", Terminal.Dim);
        }
    }

    private static void Section(IAnsiConsole console, string title, IEnumerable<Cell[]> rows, params Justify[] alignments)
    {
        console.WriteLine(title, Terminal.Bold);
        console.WriteColumns(alignments.Length == 0 ? [Justify.Left, Justify.Left] : alignments, [.. rows], indent: 2);
        console.WriteLine();
    }

    private static IEnumerable<Cell[]> Machine(MachineReport report)
    {
        var machine = report.Machine;
        yield return ["kernel", $"Linux {machine.Kernel}"];
        yield return ["CPU", machine.Family is null ? machine.Cpu : $"{machine.Cpu} (family {machine.Family}, model {machine.Model}, stepping {machine.Stepping})"];
        yield return ["CPUs online", machine.OnlineCpus];
        yield return
        [
            "virtual machine",
            machine.VirtualMachine switch
            {
                true => "yes",
                false => "no",
                _ => "not known",
            },
        ];
        yield return ["hardware PMU", machine.HardwarePmu ? "yes" : "none"];
        foreach (var (counters, i) in report.Counters.Select((one, i) => (one, i)))
        {
            yield return [i == 0 ? "counters" : "", counters.Text];
        }

        yield return ["libpfm4", report.Libpfm4 ? "installed" : "not installed"];
    }

    private static Cell[] Pmu(PmuFacts pmu) =>
    [
        pmu.Name,
        $"type {pmu.Type}",
        string.Join(", ", Properties(pmu)),
    ];

    private static IEnumerable<string> Properties(PmuFacts pmu)
    {
        if (pmu.Events > 0)
        {
            yield return pmu.Events == 1 ? "1 named event" : $"{pmu.Events} named events";
        }

        if (pmu.Terms > 0)
        {
            yield return pmu.Terms == 1 ? "1 term" : $"{pmu.Terms} terms";
        }

        if (pmu.Cpus is not null)
        {
            yield return $"CPUs {pmu.Cpus}";
        }

        if (pmu.SystemWideOnly)
        {
            yield return "counts CPUs only";
        }
    }

    private static IEnumerable<Cell[]> Permissions(PermissionFacts facts)
    {
        yield return ["user", facts.EffectiveUserId == 0 ? "root" : $"id {facts.EffectiveUserId}"];
        yield return ["perf_event_paranoid", $"{facts.PerfEventParanoid}: {facts.Meaning}"];
        yield return ["capabilities", facts.Capabilities.Count == 0 ? "none that matter here" : string.Join(", ", facts.Capabilities)];
        yield return ["seccomp", facts.Seccomp == nameof(SeccompMode.Disabled) ? "no filter" : "a filter is active"];
        yield return ["tracefs", facts.Tracefs is null ? "not mounted" : $"{facts.Tracefs}{(facts.TracefsReadable ? "" : ", not readable")}"];
        yield return ["open files", Limit(facts.OpenFiles, "")];
        yield return ["locked memory", $"{Limit(facts.LockedMemory, " bytes")}, and {facts.PerfEventMlockKib:N0} KiB a CPU for sample buffers"];
        yield return ["sample rate", $"{facts.MaxSampleRate:N0} a second at most"];
    }

    private static IEnumerable<Cell[]> Registers(RegisterFacts registers)
    {
        yield return ["model", registers.Model];
        yield return ["thread sessions", $"PMC {registers.Thread.Pmcs}   PMD {registers.Thread.Pmds}"];
        yield return ["system-wide sessions", $"PMC {registers.SystemWide.Pmcs}   PMD {registers.SystemWide.Pmds}"];
        foreach (var run in RegisterRun.Join(registers.Hardware))
        {
            yield return [run.Registers, run.Description];
        }
    }

    private static string Limit(ResourceLimit? limit, string unit) => limit is { } known
        ? $"{Number(known.Soft)}{unit}{(known.Soft == known.Hard ? "" : $", can be raised to {Number(known.Hard)}")}"
        : "unknown";

    private static string Number(ulong limit) => limit == ResourceLimit.Unlimited ? "unlimited" : $"{limit:N0}";
}
