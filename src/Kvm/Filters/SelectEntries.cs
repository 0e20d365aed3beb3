namespace Perfmon.Kvm.Filters;

/// <summary>Masked entries of one select: patterns of umasks that are included, and of those that are excluded from them.</summary>
internal sealed record SelectEntries(IReadOnlyList<UmaskPattern> Includes, IReadOnlyList<UmaskPattern> Excludes)
{
    public int Count => Includes.Count + Excludes.Count;

    public UmaskSet Included => Union(Includes);

    public UmaskSet Excluded => Union(Excludes);

    public UmaskSet Listed => Included.Without(Excluded);

    /// <summary>The entries for exactly <paramref name="listed"/>, the same for the same set.</summary>
    public static SelectEntries Of(UmaskSet listed)
    {
        if (listed.IsEmpty)
        {
            return new SelectEntries([], []);
        }

        var plain = new SelectEntries(UmaskCover.Of(listed), []);
        var hull = UmaskCover.Hull(listed);
        var holes = new SelectEntries([hull], UmaskCover.Of(hull.Umasks.Without(listed)));
        return holes.Count < plain.Count ? holes : plain;
    }

    /// <summary>Entries that list what these list: <see cref="Of"/> it, unless fewer are got by clearing up these.</summary>
    public SelectEntries Normal()
    {
        // What is cleared up can make other things superfluous, so it goes on until nothing changes: then the result is its own normal form. It ends: there are
        // never more entries than before, and of as many, what is folded stays as it is.
        var entries = this;
        for (var cleared = entries.Cleared(); !cleared.SameAs(entries); cleared = entries.Cleared())
        {
            entries = cleared;
        }

        var plain = Of(Listed);
        return entries.Count < plain.Count ? entries : plain;
    }

    /// <summary>The masked entries of <paramref name="select"/>, in canonical order: those that include before those that exclude.</summary>
    public IEnumerable<MaskedEvent> Events(ushort select) =>
        Includes.Select(pattern => new MaskedEvent(select, pattern.Match, pattern.Mask))
            .Concat(Excludes.Select(pattern => new MaskedEvent(select, pattern.Match, pattern.Mask, Exclude: true)));

    private SelectEntries Cleared()
    {
        var (folded, thinned) = (Folded(), Thinned());
        return thinned.Count < folded.Count ? thinned : folded;
    }

    private bool SameAs(SelectEntries other) => Includes.SequenceEqual(other.Includes) && Excludes.SequenceEqual(other.Excludes);

    private SelectEntries Folded() => new(UmaskCover.Of(Included), UmaskCover.Of(Excluded & Included));

    /// <summary>These entries without those whose absence changes nothing, the narrowest being tried first.</summary>
    private SelectEntries Thinned()
    {
        var listed = Listed;
        var thinned = this with { Includes = Ordered(Includes), Excludes = Ordered(Excludes) };
        for (var index = thinned.Excludes.Count - 1; index >= 0; index--)
        {
            var without = thinned with { Excludes = Without(thinned.Excludes, index) };
            thinned = without.Listed == listed ? without : thinned;
        }

        for (var index = thinned.Includes.Count - 1; index >= 0; index--)
        {
            var without = thinned with { Includes = Without(thinned.Includes, index) };
            thinned = without.Listed == listed ? without : thinned;
        }

        return thinned with { Includes = Sorted(thinned.Includes), Excludes = Sorted(thinned.Excludes) };
    }

    private static List<UmaskPattern> Ordered(IEnumerable<UmaskPattern> patterns) =>
        [.. patterns.OrderBy(pattern => byte.PopCount(pattern.Mask)).ThenBy(pattern => pattern.Match).ThenBy(pattern => pattern.Mask)];

    private static List<UmaskPattern> Sorted(IEnumerable<UmaskPattern> patterns) =>
        [.. patterns.OrderBy(pattern => pattern.Match).ThenBy(pattern => pattern.Mask)];

    private static List<UmaskPattern> Without(IReadOnlyList<UmaskPattern> patterns, int index) => [.. patterns.Where((_, other) => other != index)];

    private static UmaskSet Union(IReadOnlyList<UmaskPattern> patterns) =>
        patterns.Aggregate(default(UmaskSet), (union, pattern) => union | pattern.Umasks);
}
