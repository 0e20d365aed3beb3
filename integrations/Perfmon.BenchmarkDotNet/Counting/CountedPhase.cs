namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>What was counted in all iterations of one kind together.</summary>
/// <param name="Iterations">How many iterations there were.</param>
/// <param name="Operations">How many operations they had.</param>
/// <param name="Elapsed">How long they took.</param>
/// <param name="Counts">The counts, each event once.</param>
internal sealed record CountedPhase(long Iterations, long Operations, TimeSpan Elapsed, IReadOnlyList<PhaseCount> Counts)
{
    public static CountedPhase Nothing { get; } = new(0, 0, TimeSpan.Zero, []);

    /// <summary>The count of an event; null where it was not among them.</summary>
    public PhaseCount? Find(string name) => Counts.FirstOrDefault(count => count.Name == name);
}
