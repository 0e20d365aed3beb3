namespace Perfmon.Sets.Estimation;

/// <summary>Arithmetic of 64-bit counts that stops at the ends of the range.</summary>
internal static class Saturating
{
    public static ulong Add(ulong left, ulong right) => ulong.MaxValue - left < right ? ulong.MaxValue : left + right;

    public static ulong Subtract(ulong left, ulong right) => left < right ? 0 : left - right;

    public static ulong From(UInt128 value) => value > ulong.MaxValue ? ulong.MaxValue : (ulong)value;

    // The conversion of a double that is too great, or not a number, is saturating since .NET 9; the count itself must not wrap after it.
    public static ulong From(double value) => value >= ulong.MaxValue ? ulong.MaxValue : value > 0 ? (ulong)value : 0;
}
