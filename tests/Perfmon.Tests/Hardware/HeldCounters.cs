using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Tests.Hardware;

/// <summary>Counters in the hands of somebody who comes first: the kernel's <c>pinned</c>.</summary>
internal sealed class HeldCounters : IDisposable
{
    private readonly List<SafeKernelHandle> _handles = [];

    private HeldCounters(int count, int pid, int cpu)
    {
        for (var i = 0; i < count; i++)
        {
            var attr = new PerfEventAttr
            {
                Type = HostDescription.Current.Pmus.CorePmus[0].Type,
                Size = PerfEventAttr.Size9,
                Config = i == 0 ? 0x11UL : 0x08UL,
                Flags = PerfEventAttrFlags.Pinned,
            };
            var result = LinuxKernel.Instance.PerfEventOpen(ref attr, pid, cpu, -1, PerfEventOpenFlags.FdCloexec);
            Assert.False(result.Failed, $"{result.Error}");
            _handles.Add(new SafeKernelHandle(LinuxKernel.Instance, (int)result.Value));
        }
    }

    /// <summary>Of CPU 0, whatever runs there.</summary>
    public static HeldCounters OfCpu(int count) => new(count, -1, 0);

    /// <summary>Of the calling thread, while it runs.</summary>
    public static HeldCounters OfThread(int count) => new(count, 0, -1);

    /// <summary>How many of the events have their counter still: the kernel gives the others nothing to read.</summary>
    public int Counting => _handles.Count(handle => LinuxKernel.Instance.Read(handle.Descriptor, new byte[8]).Value == 8);

    public void Dispose() => _handles.ForEach(handle => handle.Dispose());
}
