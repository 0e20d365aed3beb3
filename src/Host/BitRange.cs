namespace Perfmon.Host;

/// <summary>The bits <paramref name="Low"/> to <paramref name="High"/> of a 64-bit word, both included, 0 to 63.</summary>
/// <param name="Low">The lowest bit.</param>
/// <param name="High">The highest bit; not below <paramref name="Low"/>.</param>
public readonly record struct BitRange(int Low, int High)
{
    /// <summary>How many bits there are, 1 to 64.</summary>
    public int Width => High - Low + 1;

    /// <summary>The sysfs form: <c>0-7</c>, or <c>3</c> for one bit.</summary>
    public override string ToString() => Low == High ? $"{Low}" : $"{Low}-{High}";
}
