using System.Diagnostics;
using System.Globalization;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;

namespace Perfmon.Tests.Sets.Experiments;

/// <summary>
/// Twelve watched addresses on four debug registers, in three sets that take turns, on <c>phased_writes.c</c>, whose rates change in phases and that counts its own
/// writes. The slices of the one session feed all estimators, so that they are compared on the same run.
/// </summary>
internal static class ScarceRun
{
    public const int Variables = 12;
    public const int Registers = 4;
    public const string Reference = "syscalls:sys_enter_getppid";

    /// <summary>What an estimator makes of an address, beside the truth.</summary>
    public readonly record struct Outcome(EstimatorKind Kind, int Variable, Estimate Estimate, ulong Truth)
    {
        public double Error => Math.Abs(((double)Estimate.Value / Truth) - 1);

        public bool IsCovered => Estimate.Low <= Truth && Truth <= Estimate.High;
    }

    public static IReadOnlyList<Outcome> Of(string path, int seed, int milliseconds, int phases, TimeSpan turn)
    {
        using var program = Process.Start(new ProcessStartInfo(path, [$"{milliseconds}", $"{phases}", $"{seed}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string Line() => program.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{path} ended.");
        _ = Line();
        string[] addresses = [.. Enumerable.Range(0, Variables).Select(_ => $"mem:{Line()}/8:w:u")];
        using var session = EventSetSession.Create([.. addresses.Chunk(Registers).Select(some => string.Join(',', some))], new EventSetOptions
        {
            Switch = SetSwitch.After(turn),
            Reference = EventParser.ParseOrThrow(Reference, HostDescription.Current)[0],
            SliceCapacity = 100_000,
        });
        session.Attach(Target.Thread(program.Id));
        session.Start();
        program.StandardInput.WriteLine();
        program.StandardInput.Flush();
        ulong[] truth = [.. Enumerable.Range(0, Variables).Select(_ => ulong.Parse(Line(), CultureInfo.InvariantCulture))];
        session.Stop();
        var slices = SliceReplay.Take(session);

        return [.. EstimatorKinds.All.SelectMany(kind => truth.Select((written, i) => new Outcome(kind, i, SliceReplay.Estimate(kind, slices, i / Registers, i % Registers, reference: Registers), written)))];
    }
}
