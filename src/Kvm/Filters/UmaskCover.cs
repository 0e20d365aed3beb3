namespace Perfmon.Kvm.Filters;

/// <summary>
/// Few patterns that together match exactly a set of umasks, the same ones for the same set: the set's prime patterns (Quine and McCluskey), of which are taken those
/// that alone match some umask, then always the one that adds most, and in the end none that the others make superfluous. That is not always the fewest possible.
/// </summary>
internal static class UmaskCover
{
    private const int Patterns = 256;

    public static List<UmaskPattern> Of(UmaskSet umasks)
    {
        var primes = Primes(umasks);
        var chosen = Essential(umasks, primes);
        var rest = chosen.Aggregate(umasks, (left, pattern) => left.Without(pattern.Umasks));
        while (!rest.IsEmpty)
        {
            // MaxBy takes the first of equals, so the order of the primes settles ties.
            var next = primes.MaxBy(pattern => (pattern.Umasks & rest).Count);
            chosen.Add(next);
            rest = rest.Without(next.Umasks);
        }

        RemoveSuperfluous(chosen);
        chosen.Sort((a, b) => (a.Match, a.Mask).CompareTo((b.Match, b.Mask)));
        return chosen;
    }

    /// <summary>The one pattern that matches the whole set, which is not empty, and as little else as possible.</summary>
    public static UmaskPattern Hull(UmaskSet umasks)
    {
        byte ones = 0xff, zeros = 0xff;
        foreach (var umask in umasks.Umasks())
        {
            ones &= umask;
            zeros &= (byte)~umask;
        }

        return new UmaskPattern(ones, (byte)(ones | zeros));
    }

    /// <summary>The patterns that match only umasks of the set, and would not if they looked at one bit less; by mask and match.</summary>
    private static List<UmaskPattern> Primes(UmaskSet umasks)
    {
        // Of each mask, the matches whose pattern stays inside the set. A mask without a bit has the matches with which both values of that bit do.
        var inside = new UmaskSet[Patterns];
        inside[0xff] = umasks;
        for (var mask = 0xfe; mask >= 0; mask--)
        {
            var bit = int.TrailingZeroCount(~mask);
            var wider = inside[mask | 1 << bit];
            inside[mask] = wider & wider.Lowered(bit) & UmaskSet.Matching(0, (byte)(1 << bit));
        }

        var primes = new List<UmaskPattern>();
        for (var mask = 0; mask < Patterns; mask++)
        {
            foreach (var match in inside[mask].Umasks())
            {
                if (!CanLoseBit(inside, match, mask))
                {
                    primes.Add(new UmaskPattern(match, (byte)mask));
                }
            }
        }

        return primes;
    }

    private static bool CanLoseBit(UmaskSet[] inside, byte match, int mask)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            if ((mask >> bit & 1) != 0 && inside[mask & ~(1 << bit)].Contains((byte)(match & ~(1 << bit))))
            {
                return true;
            }
        }

        return false;
    }

    private static List<UmaskPattern> Essential(UmaskSet umasks, List<UmaskPattern> primes)
    {
        UmaskSet once = default, twice = default;
        foreach (var pattern in primes)
        {
            twice |= once & pattern.Umasks;
            once |= pattern.Umasks;
        }

        var alone = (once & umasks).Without(twice);
        return primes.FindAll(pattern => !(pattern.Umasks & alone).IsEmpty);
    }

    private static void RemoveSuperfluous(List<UmaskPattern> patterns)
    {
        for (var index = patterns.Count - 1; index >= 0; index--)
        {
            UmaskSet others = default;
            for (var other = 0; other < patterns.Count; other++)
            {
                others |= other == index ? default : patterns[other].Umasks;
            }

            if (others.Covers(patterns[index].Umasks))
            {
                patterns.RemoveAt(index);
            }
        }
    }
}
