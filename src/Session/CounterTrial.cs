using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// Takes every counter that is free for the calling thread, for the moment in which they are counted: opens pinned events until one
/// gets no counter, which the kernel tells by reading nothing from it (<c>PERF_EVENT_STATE_ERROR</c>), and closes them all.
/// </summary>
/// <remarks>
/// The events are of a thread, never of a CPU. A CPU's pinned event comes before those of threads and would put one whose counter it
/// takes into the error state for good; a thread's takes no counter from any pinned event but those of its own thread opened later.
/// </remarks>
internal static class CounterTrial
{
    public const PerfReadFormat ReadFormat = PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning;

    /// <param name="kernel">The kernel.</param>
    /// <param name="events">What is opened.</param>
    /// <param name="cpu">The CPU that the calling thread is kept on.</param>
    /// <returns>How many counted; -1 and what failed where that cannot be told.</returns>
    public static (int Free, string? Problem) Run(IPerfKernel kernel, TrialEvents events, int cpu)
    {
        var held = new List<SafeKernelHandle>();
        try
        {
            for (var i = 0; i < events.All.Count; i++)
            {
                var attr = events.All[i];
                attr.Flags |= PerfEventAttrFlags.Pinned;
                var result = kernel.PerfEventOpen(ref attr, 0, cpu, -1, PerfEventOpenFlags.FdCloexec);
                if (result.Failed)
                {
                    return Unknown($"perf_event_open: {result.Error}");
                }

                var handle = new SafeKernelHandle(kernel, (int)result.Value);
                held.Add(handle);
                var read = Read(kernel, handle, out _);
                if (read.Failed)
                {
                    return Unknown($"read: {read.Error}");
                }

                if (read.Value == 0)
                {
                    held.RemoveAt(held.Count - 1);
                    handle.Dispose();
                    if (i >= events.Single)
                    {
                        break;
                    }
                }
            }

            return Count(kernel, held);
        }
        finally
        {
            EventGroup.Close([.. held]);
        }
    }

    // Again, for all: only now have they all been on their counters at one time.
    private static (int Free, string? Problem) Count(IPerfKernel kernel, List<SafeKernelHandle> held)
    {
        var counted = 0;
        foreach (var handle in held)
        {
            var read = Read(kernel, handle, out var running);
            if (read.Failed)
            {
                return Unknown($"read: {read.Error}");
            }

            if (read.Value > 0 && running == 0)
            {
                return Unknown("the events did not run where they were opened");
            }

            counted += read.Value > 0 ? 1 : 0;
        }

        return (counted, null);
    }

    // 0 bytes: it has no counter.
    private static KernelResult Read(IPerfKernel kernel, SafeKernelHandle handle, out ulong timeRunning)
    {
        Span<ulong> words = stackalloc ulong[3];
        var result = kernel.Read(handle.Descriptor, MemoryMarshal.AsBytes(words));
        timeRunning = words[2];
        return result;
    }

    private static (int Free, string? Problem) Unknown(string problem) => (-1, problem);
}
