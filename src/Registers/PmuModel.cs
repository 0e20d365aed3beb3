namespace Perfmon.Registers;

/// <summary>
/// A PMU's registers and what their values mean: descriptions, and the pure function from PMC values to what a PMD counts.
/// One model is one file; it makes no system call.
/// </summary>
public abstract class PmuModel
{
    /// <summary>The model's name, such as <c>amd64</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The PMCs, in increasing order of number.</summary>
    public abstract IReadOnlyList<RegisterDescription> Pmcs { get; }

    /// <summary>The PMDs, in increasing order of number.</summary>
    public abstract IReadOnlyList<RegisterDescription> Pmds { get; }

    /// <summary>What PMD <paramref name="pmd"/> counts under the PMC values <paramref name="pmcs"/> (all 320 of them).</summary>
    public abstract CounterSetting Decode(int pmd, ReadOnlySpan<ulong> pmcs);

    /// <summary>
    /// Writes to <paramref name="pmcs"/> what makes PMD <paramref name="pmd"/> count <paramref name="selection"/>; the inverse
    /// of <see cref="Decode"/>. False where this PMD cannot count it; then nothing is written.
    /// </summary>
    public abstract bool TryEncode(int pmd, in EventSelection selection, Span<ulong> pmcs);

    /// <summary>
    /// The PMC that governs PMD <paramref name="pmd"/>, -1 where none does: the one of the same number, unless the model shares one
    /// PMC among several PMDs.
    /// </summary>
    public virtual int CompanionPmc(int pmd)
    {
        foreach (var pmc in Pmcs)
        {
            if (pmc.Number == pmd)
            {
                return pmd;
            }
        }

        return -1;
    }
}
