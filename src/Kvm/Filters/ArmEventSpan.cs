namespace Perfmon.Kvm.Filters;

/// <summary>Consecutive Arm events that two filters decide differently.</summary>
/// <param name="First">The first event number.</param>
/// <param name="Last">The last one, included.</param>
/// <param name="AllowedByFirst">Whether the first filter allows these events and the second denies them; otherwise it is the other way round.</param>
public sealed record ArmEventSpan(ushort First, ushort Last, bool AllowedByFirst)
{
    /// <summary>As in <c>0x11</c>, <c>0x23-0x3a</c>.</summary>
    public override string ToString() => First == Last ? FilterWords.Hex(First) : $"{FilterWords.Hex(First)}-{FilterWords.Hex(Last)}";
}
