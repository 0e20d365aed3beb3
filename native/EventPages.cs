using Perfmon.Native.Abi;

namespace Perfmon.Native;

/// <summary>
/// The first pages of the mappings of a group's events, through which their counters are read without the kernel. It has no lock: its
/// group's session has one.
/// </summary>
internal sealed unsafe class EventPages : IDisposable
{
    private readonly IPerfKernel _kernel;
    private readonly nint[] _pages;

    private EventPages(IPerfKernel kernel, int count)
    {
        _kernel = kernel;
        _pages = new nint[count];
    }

    /// <summary>Whether the kernel lets all of the group's counters be read from user space while they are on the PMU.</summary>
    public bool AreReadable
    {
        get
        {
            foreach (var page in _pages)
            {
                // SAFETY: mapped until disposed.
                var capabilities = ((PerfEventMmapPage*)page)->Capabilities;
                if ((capabilities & PerfEventMmapPage.CanReadCounter) == 0 || (capabilities & PerfEventMmapPage.CanReadTime) == 0)
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Maps a page of each event, or none.</summary>
    public static KernelResult TryMap(IPerfKernel kernel, ReadOnlySpan<int> descriptors, out EventPages? pages)
    {
        var mapped = new EventPages(kernel, descriptors.Length);
        for (var i = 0; i < descriptors.Length; i++)
        {
            var result = kernel.MapEvent(descriptors[i], Environment.SystemPageSize, writable: false);
            if (result.Failed)
            {
                mapped.Dispose();
                pages = null;
                return result;
            }

            mapped._pages[i] = (nint)result.Value;
        }

        pages = mapped;
        return KernelResult.Success;
    }

    /// <summary>
    /// Reads all counters into <paramref name="words"/>, in the form of a group read with both times; false when one of them is not on
    /// the PMU. Only for the thread that the events count.
    /// </summary>
    public bool TryRead(Span<ulong> words) => UserReadLibrary.TryRead(_pages, words);

    public void Dispose()
    {
        foreach (ref var page in _pages.AsSpan())
        {
            if (page != 0)
            {
                _ = _kernel.Unmap(page, Environment.SystemPageSize);
                page = 0;
            }
        }
    }
}
