using System.Diagnostics;
using System.Globalization;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;

namespace Perfmon.Tests.Sets.Experiments;

/// <summary>
/// A tracepoint and a software event of <c>paced_calls.c</c> in sets that take turns, beside a session of the same events that never switches, in the same run.
/// </summary>
internal static class PacedRun
{
    public const string Tracepoint = "syscalls:sys_enter_getppid";
    public const string Software = "page-faults";

    /// <summary>It goes with the page faults, call by call, and less closely with the tracepoint.</summary>
    public const string Reference = "syscalls:sys_enter_madvise";

    public static readonly string[] Kinds = ["steady", "phased", "bursty", "sleeping"];

    // The last set counts nothing of interest: it takes its share of the time.
    private static readonly string[] s_sets = [Tracepoint, Software, "cpu-migrations"];

    /// <summary>What an estimator makes of an event, beside what the other session counted.</summary>
    public readonly record struct Outcome(EstimatorKind Estimator, string Event, Estimate Estimate, ulong Truth)
    {
        public double Error => Math.Abs(((double)Estimate.Value / Truth) - 1);

        public bool IsCovered => Estimate.Low <= Truth && Truth <= Estimate.High;
    }

    public static IReadOnlyList<Outcome> Of(string path, string kind, int milliseconds, TimeSpan turn, int seed)
    {
        using var program = Process.Start(new ProcessStartInfo(path, [$"{milliseconds}", kind])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _ = program.StandardOutput.ReadLine();
        using var session = EventSetSession.Create(s_sets, new EventSetOptions
        {
            Switch = SetSwitch.After(turn),
            Order = SetOrder.Random(seed),
            Reference = EventParser.ParseOrThrow(Reference, HostDescription.Current)[0],
            SliceCapacity = 100_000,
        });
        using var never = MonitoringSession.Create(Tracepoint, Software);
        session.Attach(Target.Thread(program.Id));
        never.Attach(Target.Thread(program.Id));
        session.Start();
        never.Start();
        program.StandardInput.WriteLine();
        program.StandardInput.Flush();
        var words = program.StandardOutput.ReadLine()!.Split(' ');
        session.Stop();
        var truth = never.Read();
        if (truth[0].Count.Value != ulong.Parse(words[1], CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException($"The session that never switches counted {truth[0]}, and the program {words[1]}.");
        }

        var slices = SliceReplay.Take(session);

        return [.. EstimatorKinds.All.SelectMany(estimator => truth.Select((count, set) => new Outcome(estimator, count.Name, SliceReplay.Estimate(estimator, slices, set, index: 0, reference: 1), count.Count.Value)))];
    }
}
