namespace Perfmon.Host;

/// <summary>What an Intel CPU says of its counters: CPUID leaf 0xA, "architectural performance monitoring".</summary>
/// <param name="Version">The version, 1 on.</param>
/// <param name="GenericCounters">General-purpose counters of a logical CPU.</param>
/// <param name="GenericWidth">Their width in bits.</param>
/// <param name="FixedCounters">Fixed-function counters of a logical CPU; 0 before version 2.</param>
/// <param name="FixedWidth">Their width in bits; 0 before version 2.</param>
public sealed record ArchitecturalPerfmon(int Version, int GenericCounters, int GenericWidth, int FixedCounters, int FixedWidth)
{
    /// <summary>The leaf's registers; null where the version is 0: there is no such monitoring.</summary>
    internal static ArchitecturalPerfmon? Decode(int eax, int edx)
    {
        // EAX: version 7:0, counters 15:8, their width 23:16. EDX, from version 2: fixed counters 4:0, their width 12:5.
        var version = eax & 0xff;
        return version == 0
            ? null
            : new ArchitecturalPerfmon(
                version, eax >> 8 & 0xff, eax >> 16 & 0xff, version > 1 ? edx & 0x1f : 0, version > 1 ? edx >> 5 & 0xff : 0);
    }
}
