using Perfmon.Profiles;
using Perfmon.Tool.Output;
using Perfmon.Tool.Recordings;
using Spectre.Console;
using static Perfmon.Tool.Output.Columns;
using Profile = Perfmon.Profiles.Profile;

namespace Perfmon.Tool.Report;

/// <summary>The report for people: what was recorded, a table or tree for each event, and what must be known to read them.</summary>
internal sealed class ReportText(IAnsiConsole console, ReportRequest request)
{
    private const double NanosecondsPerMillisecond = 1e6;
    private const double NanosecondsPerSecond = 1e9;

    public void Write(RecordedSamples samples, Profile profile)
    {
        console.WriteColumns([Justify.Left, Justify.Left], Header(samples, profile));
        for (var number = 0; number < profile.Description.Events.Count; number++)
        {
            var one = profile.Description.Events[number];
            console.WriteLine();
            console.WriteLine($"{one.Name}: {Amount(one, profile.Totals.Events[number])}", Terminal.Bold);
            if (profile.Totals.Events[number].Samples > 0)
            {
                console.WriteLine();
                if (request.IsTree)
                {
                    WriteTree(CallTree.Of(profile, number, request.IsInverted, new CallTreeLimits(request.MinShare)));
                }
                else
                {
                    WriteTable(FlatView.Of(profile, number, request.Key, request.MinShare));
                }
            }
        }

        foreach (var note in RecordingNotes.Shown(samples.Notes))
        {
            console.WriteLine();
            console.WriteLine(note, Terminal.Warning);
        }
    }

    private static IReadOnlyList<Cell[]> Header(RecordedSamples samples, Profile profile)
    {
        var features = samples.Features;
        var totals = profile.Totals;
        string?[] host =
        [
            features.HostName,
            features.OsRelease is { } release ? $"Linux {release}" : null,
            features.Architecture,
            features.OnlineCpus is { } cpus ? $"{cpus} {(cpus == 1 ? "CPU" : "CPUs")}" : null,
            features.CpuDescription,
        ];
        var unresolved = totals.Losses.UnresolvedFrames;
        return
        [
            .. Line("command", string.Join(' ', features.CommandLine)),
            .. Line("host", string.Join(", ", host.Where(part => !string.IsNullOrEmpty(part)))),
            .. Line("written", samples.Written is { } written ? $"{written.ToLocalTime():yyyy-MM-dd HH:mm:ss}" : ""),
            .. Line("lasted", totals.LastTime > totals.FirstTime ? $"{(totals.LastTime - totals.FirstTime) / NanosecondsPerSecond:N3} s from the first sample to the last" : ""),
            .. Line("samples", $"{totals.Events.Sum(one => one.Samples):N0}"),
            [new Cell("lost", Terminal.Dim), new Cell(RecordingNotes.Lost(totals.Losses), RecordingNotes.Lost(totals.Losses) == RecordingNotes.Nothing ? null : Terminal.Warning)],
            .. Line("unnamed", unresolved == 0 ? "" : $"{unresolved:N0} {(unresolved == 1 ? "frame" : "frames")} of all stacks"),
        ];
    }

    private static IEnumerable<Cell[]> Line(string name, string text) => text.Length == 0 ? [] : [[new Cell(name, Terminal.Dim), text]];

    private static string Amount(ProfileEvent one, EventTotal total)
    {
        var samples = $"{total.Samples:N0} {(total.Samples == 1 ? "sample" : "samples")}";
        return total.Weight == 0 ? samples : one.Unit switch
        {
            ProfileUnit.Nanoseconds => $"{samples}, {total.Weight / NanosecondsPerMillisecond:N2} msec",
            ProfileUnit.Bytes => $"{samples}, {total.Weight:N0} bytes",
            _ => total.Weight == total.Samples ? samples : $"{samples}, {total.Weight:N0} events",
        };
    }

    private void WriteTable(FlatView view)
    {
        // Of a thread's samples all are its own.
        var hasTotal = request.Key is FlatKey.Function or FlatKey.Module;
        Cell[] heads = [Head("self"), Head(hasTotal ? "total" : ""), Head("samples"), Head($"{request.Key}".ToLowerInvariant()), Head(request.Key == FlatKey.Function ? "module" : "")];
        var rows = view.Rows.Select(row => new Cell[]
        {
            Percent(row.SelfShare),
            hasTotal ? Percent(row.TotalShare) : "",
            $"{row.Self.Samples:N0}",
            row.Name,
            new Cell(Module(row.Function), Terminal.Dim),
        });
        List<Cell[]> omitted = view.Omitted.Samples == 0 ? [] : [[Dim(Percent(Share(view.Omitted, view.Total))), "", Dim($"{view.Omitted.Samples:N0}"), Dim($"below {Percent(request.MinShare)}"), ""]];
        console.WriteColumns([Justify.Right, Justify.Right, Justify.Right, Justify.Left, Justify.Left], [heads, .. rows, .. omitted], names: 3, spare: 4);
    }

    private void WriteTree(CallTree tree)
    {
        List<Cell[]> rows = [[Head("total"), Head("self"), Head("samples"), Head(request.IsInverted ? "function, and who called it" : "function, and what it called")]];
        foreach (var node in tree.DepthFirst())
        {
            if (node.Depth > 0)
            {
                rows.Add([Percent(node.Share), Percent(Share(node.Self, tree.Root.Total)), $"{node.Total.Samples:N0}", Indented(node.Depth - 1, node.Function.Label)]);
            }
            else if (node.Self.Samples > 0)
            {
                rows.Add([Percent(Share(node.Self, tree.Root.Total)), "", $"{node.Self.Samples:N0}", Dim("[no stack]")]);
            }
        }

        if (tree.Root.Omitted.Samples > 0)
        {
            rows.Add([Dim(Percent(Share(tree.Root.Omitted, tree.Root.Total))), "", Dim($"{tree.Root.Omitted.Samples:N0}"), Dim($"below {Percent(request.MinShare)}")]);
        }

        console.WriteColumns([Justify.Right, Justify.Right, Justify.Right, Justify.Left], rows, names: 3);
    }

    // On a narrow screen a deep call's depth is a number, so that its name stays.
    private string Indented(int depth, string name)
    {
        var most = Math.Max(console.Profile.Width / 5, 1);
        return depth <= most ? $"{new string(' ', 2 * depth)}{name}" : $"{new string(' ', 2 * most)}+{depth - most} {name}";
    }

    private static string Module(ProfileFunction? function) => function is { Module: var module } ? module.StartsWith('/') ? Path.GetFileName(module) : module : "";

    private static double Share(EventTotal part, EventTotal whole) => whole.Weight == 0 ? 0 : (double)part.Weight / whole.Weight;

    private static string Percent(double share) => $"{share:P1}";

    private static Cell Head(string text) => new(text, Terminal.Dim);

    private static Cell Dim(string text) => new(text, Terminal.Dim);
}
