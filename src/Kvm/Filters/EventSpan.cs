namespace Perfmon.Kvm.Filters;

/// <summary>
/// Events of x86 that two filters decide differently: of every select from <paramref name="FirstSelect"/> to <paramref name="LastSelect"/>, those whose
/// <c>umask &amp; Mask</c> is <paramref name="Match"/>.
/// </summary>
/// <param name="FirstSelect">The first select.</param>
/// <param name="LastSelect">The last one, included.</param>
/// <param name="Match">What the umask is under the mask; it has no bit outside.</param>
/// <param name="Mask">The bits of the umask that are looked at; 0 for any umask.</param>
/// <param name="AllowedByFirst">Whether the first filter allows these events and the second denies them; otherwise it is the other way round.</param>
public sealed record EventSpan(ushort FirstSelect, ushort LastSelect, byte Match, byte Mask, bool AllowedByFirst)
{
    /// <summary>Whether <paramref name="guestEvent"/> is one of them.</summary>
    public bool Contains(GuestEvent guestEvent) =>
        guestEvent.Kind == GuestEventKind.Programmable && guestEvent.Select >= FirstSelect && guestEvent.Select <= LastSelect
        && (guestEvent.Umask & Mask) == Match;

    /// <summary>As in <c>0xc4/0x20</c>, <c>0xd0 umask &amp; 0x7c = 0x00</c>, <c>0x100-0xfff any umask</c>.</summary>
    public override string ToString()
    {
        var selects = FirstSelect == LastSelect ? FilterWords.Hex(FirstSelect) : $"{FilterWords.Hex(FirstSelect)}-{FilterWords.Hex(LastSelect)}";
        return Mask switch
        {
            0xff => $"{selects}/{FilterWords.Hex(Match)}",
            0 => $"{selects} any umask",
            _ => $"{selects} umask & {FilterWords.Hex(Mask)} = {FilterWords.Hex(Match)}",
        };
    }
}
