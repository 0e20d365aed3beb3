namespace Perfmon.Symbols;

/// <summary>
/// Which of several names of one address is shown, by perf's rule (choose_best_symbol): not a weak one, a global one before a local one,
/// the fewest leading underscores, the longest; then, so that it is always the same, the first in the order of bytes.
/// </summary>
internal static class SymbolChoice
{
    /// <summary>Negative where <paramref name="left"/> is the better name.</summary>
    public static int Compare(in Candidate left, in Candidate right)
    {
        var order = left.Binding.CompareTo(right.Binding);
        if (order == 0)
        {
            order = Underscores(left.Name).CompareTo(Underscores(right.Name));
        }

        if (order == 0)
        {
            order = right.Name.Length.CompareTo(left.Name.Length);
        }

        return order != 0 ? order : left.Name.SequenceCompareTo(right.Name);
    }

    private static int Underscores(ReadOnlySpan<byte> name)
    {
        var count = name.IndexOfAnyExcept((byte)'_');
        return count < 0 ? name.Length : count;
    }

    internal readonly ref struct Candidate(ReadOnlySpan<byte> name, SymbolBinding binding)
    {
        public ReadOnlySpan<byte> Name { get; } = name;

        public SymbolBinding Binding { get; } = binding;
    }
}
