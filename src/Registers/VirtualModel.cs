namespace Perfmon.Registers;

/// <summary>
/// The virtual registers, 256 to 319, which every machine has: each PMC selects any event that the kernel's
/// <c>perf_event_open</c> can count, and the PMD of the same number counts it.
/// </summary>
/// <remarks>
/// A PMC is a <em>head</em>: <c>config</c> (its low 32 bits) in bits 31:0, <c>type</c> in 47:32, <c>exclude_user</c>,
/// <c>exclude_kernel</c>, <c>exclude_hv</c>, <c>exclude_host</c>, <c>exclude_guest</c>, <c>exclude_idle</c> in 48 to 53,
/// <c>precise_ip</c> in 55:54, enable in 63. Bits 56 to 60 say that a CONFIG, CONFIG1, CONFIG2, CONFIG3, CONFIG4 word follows:
/// these are the values of the next PMCs, in this order. Such an <em>extension register</em> selects nothing whatever it
/// holds, and its PMD counts nothing. With a CONFIG word, which is the whole <c>config</c>, bits 31:0 are 0. Bits 62:61 are 0.
/// For a breakpoint, bits 3:0 are the accesses, bits 7:4 the length in bytes, and the CONFIG1 word the address.
/// </remarks>
public static class VirtualModel
{
    // An extension word uses all 64 bits, so a write keeps none of them: reserved bits are refused when decoded instead.
    private static readonly RegisterDescription[] _pmcs = Describe("VIRTUAL_SELECT");
    private static readonly RegisterDescription[] _pmds = Describe("VIRTUAL_COUNT");

    /// <summary>The model's name.</summary>
    public static string Name => "virtual";

    /// <summary>The PMCs, 256 to 319.</summary>
    public static IReadOnlyList<RegisterDescription> Pmcs => _pmcs;

    /// <summary>The PMDs, 256 to 319.</summary>
    public static IReadOnlyList<RegisterDescription> Pmds => _pmds;

    /// <summary>
    /// What PMD <paramref name="pmd"/> counts under the PMC values <paramref name="pmcs"/> (all 320 of them): nothing where
    /// it is not virtual, where the PMC's enable bit is clear, and where the PMC is an extension register.
    /// </summary>
    public static CounterSetting Decode(int pmd, ReadOnlySpan<ulong> pmcs) =>
        IsVirtual(pmd) && !IsExtension(pmd, pmcs) ? VirtualSelect.Decode(pmd, pmcs[pmd..RegisterSpace.Count]) : CounterSetting.Off;

    /// <summary>The registers that <paramref name="selection"/> takes, 1 to 6: its head and its extension registers.</summary>
    public static int WordCount(in EventSelection selection) =>
        VirtualSelect.Encode(selection, stackalloc ulong[VirtualSelect.MaximumWordCount]);

    /// <summary>
    /// Writes to <paramref name="pmcs"/> (all 320 of them) what makes PMD <paramref name="pmc"/> count
    /// <paramref name="selection"/>: a head at <paramref name="pmc"/> and its extension registers, and 0 to those that the
    /// head had before and no longer needs.
    /// </summary>
    /// <returns>
    /// False, and nothing is written, where the selection has no form (a type beyond 16 bits, a breakpoint of 3 bytes),
    /// where the register is not virtual or is an extension register, and where the extension registers would run past 319
    /// or over a register that is in use (not 0).
    /// </returns>
    public static bool TryEncode(int pmc, in EventSelection selection, Span<ulong> pmcs)
    {
        if (!IsVirtual(pmc) || IsExtension(pmc, pmcs))
        {
            return false;
        }

        Span<ulong> words = stackalloc ulong[VirtualSelect.MaximumWordCount];
        words = words[..VirtualSelect.Encode(selection, words)];
        var registers = pmcs[pmc..RegisterSpace.Count];
        var owned = Math.Min(VirtualSelect.WordCount(registers[0]), registers.Length);
        if (words.Length > registers.Length
            || (words.Length > owned && registers[owned..words.Length].ContainsAnyExcept(0UL))
            || VirtualSelect.Decode(pmc, words) != CounterSetting.Counts(selection))
        {
            return false;
        }

        registers[..owned].Clear();
        words.CopyTo(registers);
        return true;
    }

    /// <summary>
    /// Whether <paramref name="register"/> holds a word of a head before it under the PMC values <paramref name="pmcs"/> (all
    /// 320 of them). A disabled head keeps its extension registers.
    /// </summary>
    public static bool IsExtension(int register, ReadOnlySpan<ulong> pmcs)
    {
        if (!IsVirtual(register))
        {
            return false;
        }

        // Only a walk from the first register tells heads from words that look like one.
        var head = RegisterSpace.FirstVirtual;
        while (head < register)
        {
            head += VirtualSelect.WordCount(pmcs[head]);
        }

        return head != register;
    }

    private static bool IsVirtual(int register) => register is >= RegisterSpace.FirstVirtual and < RegisterSpace.Count;

    private static RegisterDescription[] Describe(string name) =>
    [
        .. from n in Enumerable.Range(0, RegisterSpace.VirtualCount)
           select new RegisterDescription { Number = RegisterSpace.FirstVirtual + n, Name = $"{name}{n}" },
    ];
}
