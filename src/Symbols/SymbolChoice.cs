namespace Perfmon.Symbols;

/// <summary>
/// Which of several names of one address is shown, by perf's rule (choose_best_symbol), and one more: not a weak one, a global one before a local one, the
/// kernel's for 64 bits before that for 32, the fewest leading underscores, the longest; then, so that it is always the same, the first in the order of bytes.
/// </summary>
internal static class SymbolChoice
{
    /// <summary>Negative where <paramref name="left"/> is the better name.</summary>
    public static int Compare(in Candidate left, in Candidate right)
    {
        var order = left.Binding.CompareTo(right.Binding);

        // A system call without arguments has one function for programs of both widths: __ia32_sys_getppid, __x64_sys_getppid.
        if (order == 0)
        {
            order = IsFor32Bits(left.Name).CompareTo(IsFor32Bits(right.Name));
        }

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

    private static bool IsFor32Bits(ReadOnlySpan<byte> name) => name.StartsWith("__ia32_"u8);

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
