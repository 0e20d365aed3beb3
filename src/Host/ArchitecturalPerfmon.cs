namespace Perfmon.Host;

/// <summary>What an Intel CPU says of its counters: CPUID leaf 0xA, "architectural performance monitoring".</summary>
/// <param name="Version">The version, 1 on.</param>
/// <param name="GenericCounters">General-purpose counters of a logical CPU.</param>
/// <param name="GenericWidth">Their width in bits.</param>
/// <param name="FixedCounters">Fixed-function counters of a logical CPU; 0 before version 2.</param>
/// <param name="FixedWidth">Their width in bits; 0 before version 2.</param>
public sealed record ArchitecturalPerfmon(int Version, int GenericCounters, int GenericWidth, int FixedCounters, int FixedWidth)
{
    /// <summary>Asks <paramref name="cpuId"/>, which gives a leaf's registers; null where there is no such monitoring.</summary>
    internal static ArchitecturalPerfmon? Read(Func<int, (int Eax, int Ebx, int Ecx, int Edx)> cpuId)
    {
        const int Leaf = 0xA;
        // Leaf 0: the highest leaf, and the vendor in EBX, EDX, ECX: "Genu" "ineI" "ntel". Beyond the highest leaf Intel repeats it.
        if (cpuId(0) is not (>= Leaf, 0x756e6547, 0x6c65746e, 0x49656e69))
        {
            return null;
        }

        var (eax, _, _, edx) = cpuId(Leaf);
        // EAX: version 7:0, counters 15:8, their width 23:16. EDX, from version 2: fixed counters 4:0, their width 12:5.
        var version = eax & 0xff;
        return version == 0
            ? null
            : new ArchitecturalPerfmon(
                version, eax >> 8 & 0xff, eax >> 16 & 0xff, version > 1 ? edx & 0x1f : 0, version > 1 ? edx >> 5 & 0xff : 0);
    }
}
