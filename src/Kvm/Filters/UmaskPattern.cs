namespace Perfmon.Kvm.Filters;

/// <summary>The umasks that are <paramref name="Match"/> under <paramref name="Mask"/>: what one masked entry says of its select.</summary>
internal readonly record struct UmaskPattern(byte Match, byte Mask)
{
    public UmaskSet Umasks => UmaskSet.Matching(Match, Mask);
}
