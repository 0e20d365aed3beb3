using System.Numerics;

namespace Perfmon.Sampling;

/// <summary>The room that each ring has for records: a power of two of pages, besides the control page. There is a ring for each CPU.</summary>
public readonly record struct RingSize : IComparable<RingSize>
{
    // All that mmap of an event takes: lengths are ints here, the control page included.
    private const int MostPages = 1 << 18;

    private readonly int _exponent;

    private RingSize(int exponent) => _exponent = exponent;

    /// <summary>512 KiB, as <c>perf record</c> has.</summary>
    public static RingSize Default { get; } = OfAtLeast(512 * 1024);

    /// <summary>Pages for records.</summary>
    public int Pages => 1 << _exponent;

    /// <summary>Bytes for records.</summary>
    public long Bytes => (long)Pages * Environment.SystemPageSize;

    /// <summary>As many pages.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a power of two, or more than 2^18.</exception>
    public static RingSize OfPages(int pages) =>
        pages is > 0 and <= MostPages && BitOperations.IsPow2(pages)
            ? new RingSize(BitOperations.Log2((uint)pages))
            : throw new ArgumentOutOfRangeException(nameof(pages), pages, $"A ring has a power of two of pages, up to {MostPages}.");

    /// <summary>As many pages as hold <paramref name="bytes"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or more than 2^18 pages.</exception>
    public static RingSize OfAtLeast(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (long)MostPages * Environment.SystemPageSize);
        var pages = ((ulong)bytes + (ulong)Environment.SystemPageSize - 1) / (ulong)Environment.SystemPageSize;
        return new RingSize(BitOperations.Log2(BitOperations.RoundUpToPowerOf2(pages)));
    }

    /// <inheritdoc/>
    public int CompareTo(RingSize other) => _exponent.CompareTo(other._exponent);

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <(RingSize left, RingSize right) => left.CompareTo(right) < 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >(RingSize left, RingSize right) => left.CompareTo(right) > 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator <=(RingSize left, RingSize right) => left.CompareTo(right) <= 0;

    /// <inheritdoc cref="CompareTo"/>
    public static bool operator >=(RingSize left, RingSize right) => left.CompareTo(right) >= 0;

    /// <summary><c>512 KiB</c>.</summary>
    public override string ToString() => $"{Bytes / 1024} KiB";

    /// <summary>Half of it; null below a page.</summary>
    internal RingSize? Half() => _exponent == 0 ? null : new RingSize(_exponent - 1);
}
