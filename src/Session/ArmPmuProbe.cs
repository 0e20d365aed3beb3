using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// How many counters an Arm PMU has and how wide they are, which sysfs does not tell: found by the largest group that the kernel
/// accepts. The group is of the calling thread and counts nothing; that others hold counters makes no difference to it.
/// </summary>
internal static class ArmPmuProbe
{
    // SW_INCR, which only a write by the kernel itself increments. It takes a counter like any other, and never the cycle counter.
    private const ulong SoftwareIncrement = 0;

    // config1: a counter of 64 bits, be it two of 32 (the format term long).
    private const ulong Wide = 1;

    private const int Most = 31;

    /// <summary>The event counters, without the cycle counter, and their width; null where this user may open no event of the PMU.</summary>
    public static (int Counters, int Width)? Find(IPerfKernel kernel, uint type)
    {
        var counters = LargestGroup(kernel, type, config1: 0);
        return counters == 0 ? null : (counters, LargestGroup(kernel, type, Wide) == counters ? 64 : 32);
    }

    private static int LargestGroup(IPerfKernel kernel, uint type, ulong config1)
    {
        var handles = new SafeKernelHandle?[Most];
        try
        {
            for (var size = 0; size < Most; size++)
            {
                var attr = new PerfEventAttr
                {
                    Type = type,
                    Size = PerfEventAttr.Size9,
                    Config = SoftwareIncrement,
                    Config1 = config1,
                    Flags = PerfEventAttrFlags.ExcludeKernel | PerfEventAttrFlags.ExcludeHv,
                };

                // The leader is not stopped: the kernel would leave a stopped one out when it checks that the group fits.
                var result = kernel.PerfEventOpen(ref attr, 0, -1, handles[0]?.Descriptor ?? -1, PerfEventOpenFlags.FdCloexec);
                if (result.Failed)
                {
                    return size;
                }

                handles[size] = new SafeKernelHandle(kernel, (int)result.Value);
            }

            return Most;
        }
        finally
        {
            EventGroup.Close(handles);
        }
    }
}
