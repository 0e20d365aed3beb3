using Perfmon.Tool.Output;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;

namespace Perfmon.Tool.Kvm;

/// <summary>The back end for people: the one that was taken, then all others and why not.</summary>
internal static class BackendText
{
    public static void Write(IAnsiConsole console, BackendReport report)
    {
        var taken = report.Candidates.Single(candidate => candidate.Taken);
        console.WriteLine($"{taken.Name}{(taken.Type is { } type ? $" (type {type})" : "")}", Terminal.Bold);
        console.WriteColumns([Justify.Left], [[Sentence(taken.Reason)], .. Consequences(report).Select(text => new Cell[] { text })], indent: 2);
        console.WriteLine();
        console.WriteLine("Refused", Terminal.Bold);

        // A server has hundreds of sources that count no core.
        var refused = report.Candidates.Where(candidate => !candidate.Taken).GroupBy(candidate => (candidate.Kind, candidate.Reason));
        console.WriteColumns(
            [Justify.Left, Justify.Left],
            [.. refused.Select(group => new Cell[] { Names([.. group.Select(candidate => candidate.Name)]), new(group.Key.Reason, Terminal.Dim) })],
            indent: 2);
        if (!report.Kvm.Asked)
        {
            console.WriteLine();
            console.WriteLine($"KVM was not asked: taken for granted that it offers {Offered(report.Kvm)}. Say otherwise:  --offers", Terminal.Dim);
        }
    }

    private static IEnumerable<string> Consequences(BackendReport report)
    {
        if (report.VcpuCpus is { } cpus)
        {
            yield return $"Keep the vCPU threads there:  taskset -a -p -c {cpus} PID   (elsewhere KVM_RUN fails: FAIL_ENTRY, CPU unsupported)";
        }

        if (report.PmuType is { } type)
        {
            yield return $"Tell KVM before filters and before the first run: KVM_ARM_VCPU_PMU_V3_SET_PMU with {type}.";
        }
    }

    private static string Offered(OfferFacts kvm) =>
        !kvm.VirtualPmu ? "no virtual PMU" : $"virtual PMUs{(kvm.SetPmu ? ", SET_PMU" : "")}{(kvm.FixedCountersOnly ? ", fixed counters only" : "")}";

    private static string Names(IReadOnlyList<string> names)
    {
        const int most = 3;
        return names.Count <= most ? string.Join(", ", names) : $"{string.Join(", ", names.Take(most - 1))} and {names.Count - most + 1} more";
    }

    private static string Sentence(string reason) => $"Taken: {reason}.";
}
