using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// How many events the kernel accepts as one group: with events that go on any counter, how many counters a PMU has. The group is of the
/// calling thread and is closed at once; that others hold counters makes no difference to it.
/// </summary>
internal static class LargestGroup
{
    /// <summary>Opens <paramref name="attrs"/> as one group until one is refused.</summary>
    /// <returns>How many were accepted, and what the kernel said to the next: EINVAL where the group was full; None where all were.</returns>
    public static (int Size, Errno Refusal) Of(IPerfKernel kernel, IReadOnlyList<PerfEventAttr> attrs)
    {
        var handles = new SafeKernelHandle?[attrs.Count];
        try
        {
            for (var size = 0; size < attrs.Count; size++)
            {
                // The leader is not stopped: the kernel would leave a stopped one out when it checks that the group fits.
                var attr = attrs[size];
                var result = kernel.PerfEventOpen(ref attr, 0, -1, handles[0]?.Descriptor ?? -1, PerfEventOpenFlags.FdCloexec);
                if (result.Failed)
                {
                    return (size, result.Error);
                }

                handles[size] = new SafeKernelHandle(kernel, (int)result.Value);
            }

            return (attrs.Count, Errno.None);
        }
        finally
        {
            EventGroup.Close(handles);
        }
    }
}
