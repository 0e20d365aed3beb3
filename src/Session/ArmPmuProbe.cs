using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>How many counters an Arm PMU has and how wide they are, which sysfs does not tell: found by the largest group.</summary>
internal static class ArmPmuProbe
{
    /// <summary>
    /// SW_INCR, which only a write by the kernel itself increments: it counts nothing. It takes a counter like any other, and never one that
    /// counts one thing only, as the cycle counter.
    /// </summary>
    public const ulong SoftwareIncrement = 0;

    // config1: a counter of 64 bits, be it two of 32 (the format term long).
    private const ulong Wide = 1;

    private const int Most = 31;

    /// <summary>The event counters, without the cycle counter, and their width; null where this user may open no event of the PMU.</summary>
    public static (int Counters, int Width)? Find(IPerfKernel kernel, uint type)
    {
        var counters = Largest(kernel, type, config1: 0);
        return counters == 0 ? null : (counters, Largest(kernel, type, Wide) == counters ? 64 : 32);
    }

    private static int Largest(IPerfKernel kernel, uint type, ulong config1) => LargestGroup.Of(
        kernel,
        [
            .. Enumerable.Repeat(
                new PerfEventAttr
                {
                    Type = type,
                    Size = PerfEventAttr.Size9,
                    Config = SoftwareIncrement,
                    Config1 = config1,
                    Flags = PerfEventAttrFlags.ExcludeKernel | PerfEventAttrFlags.ExcludeHv,
                },
                Most),
        ]).Size;
}
