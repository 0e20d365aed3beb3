using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Tests.Symbols;

/// <summary>Where a thread was, by a thousand samples of its CPU time a second: what a profiler asks names for.</summary>
internal static class SampledAddresses
{
    public static List<(ulong Address, bool IsKernel)> Of(int tid, int atLeast)
    {
        var kernel = LinuxKernel.Instance;
        var attr = new PerfEventAttr
        {
            Type = 1, // PERF_TYPE_SOFTWARE
            Size = PerfEventAttr.Size9,
            Config = 0, // PERF_COUNT_SW_CPU_CLOCK
            SamplePeriod = 1_000_000,
            SampleType = (PerfSampleFormat)1, // PERF_SAMPLE_IP
        };
        var opened = kernel.PerfEventOpen(ref attr, tid, -1, -1, PerfEventOpenFlags.FdCloexec);
        Assert.False(opened.Failed, $"{opened.Error}");
        var descriptor = (int)opened.Value;
        try
        {
            Assert.False(EventRing.TryMap(kernel, descriptor, 64, out var ring).Failed);
            using (ring)
            {
                var samples = new List<(ulong, bool)>();
                var record = new ulong[8];
                for (var turn = 0; samples.Count < atLeast; turn++)
                {
                    Assert.True(turn < 600, $"{samples.Count} samples in a minute");
                    Thread.Sleep(100);
                    while (ring!.TryTake(record, out var header))
                    {
                        if ((uint)header.Type == 9) // PERF_RECORD_SAMPLE
                            samples.Add((record[1], (header.Misc & 7) == 1)); // PERF_RECORD_MISC_KERNEL
                    }
                }

                return samples;
            }
        }
        finally
        {
            kernel.Close(descriptor);
        }
    }
}
