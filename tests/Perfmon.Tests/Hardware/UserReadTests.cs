using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Tests.Emulation;

namespace Perfmon.Tests.Hardware;

/// <summary>Counters read by the CPU's own instruction: they say what the kernel says.</summary>
public sealed class UserReadTests : IDisposable
{
    private const string Setting = "/proc/sys/kernel/perf_user_access";
    private const int Alternations = 1_000_000;
    private const int Warming = 10;

    // config1 of the PMU's events.
    private const ulong Wide = 1;
    private const ulong Readable = 2;

    private static readonly SessionOptions s_options = new() { UserSpaceReads = UserSpaceReads.WhenPossible };

    public UserReadTests() => File.WriteAllText(Setting, "1");

    public void Dispose() => File.WriteAllText(Setting, "0");

    [HardwareFact(Machine.Max)]
    public void A_million_reads_equal_the_kernels_on_counters_of_64_bits() => Alternate(Readable | Wide);

    [HardwareFact(Machine.NeoverseN1)]
    public void A_million_reads_equal_the_kernels_on_counters_of_32_bits() => Alternate(Readable);

    [HardwareFact(Machine.Max)]
    public void A_session_says_how_it_read() => Session();

    [HardwareFact(Machine.NeoverseN1)]
    public void A_session_says_how_it_read_on_counters_of_32_bits() => Session();

    [HardwareFact]
    public void Another_thread_is_given_the_kernels_count()
    {
        using var session = MonitoringSession.Create("{instructions:u,cycles:u}", s_options);
        session.Attach(Target.CallingThread);
        session.Start();
        var own = session.Read();
        var reading = own;
        var other = new Thread(() => reading = session.Read());
        other.Start();
        other.Join();
        Assert.All(own, count => Assert.Equal(ReadPath.UserSpace, count.Count.Path));
        Assert.All(reading, count => Assert.Equal(ReadPath.Kernel, count.Count.Path));
        Assert.All(own.Zip(reading), pair => Assert.True(pair.First.Count.Value < pair.Second.Count.Value));
    }

    [HardwareFact]
    public void Without_the_kernels_leave_it_is_asked()
    {
        File.WriteAllText(Setting, "0");
        using var session = MonitoringSession.Create("{instructions:u,cycles:u}", s_options);
        session.Attach(Target.CallingThread);
        session.Start();
        Assert.All(session.Read(), count => Assert.Equal((ReadPath.Kernel, CountState.Counted), (count.Count.Path, count.Count.State)));
        Assert.Equal("kernel.perf_user_access is 0. Allow it:  sudo sysctl kernel.perf_user_access=1", session.UserSpaceReadObstacle);
    }

    /// <summary>Stopped counters are not on the PMU, and their counts stand in the kernel.</summary>
    [HardwareFact]
    public void A_stopped_session_is_read_by_the_kernel()
    {
        using var session = MonitoringSession.Create("instructions:u", s_options);
        session.Attach(Target.CallingThread);
        session.Start();
        var running = session.Read()[0].Count;
        session.Stop();
        var stopped = session.Read()[0].Count;
        Assert.Equal((ReadPath.UserSpace, ReadPath.Kernel), (running.Path, stopped.Path));
        Assert.Equal(stopped, session.Read()[0].Count);
        Assert.True(running.Value < stopped.Value);
    }

    [HardwareFact]
    public void Events_of_the_kernel_alone_are_asked_of_it_beside_others()
    {
        using var session = MonitoringSession.Create("instructions:u,page-faults", s_options);
        session.Attach(Target.CallingThread);
        session.Start();
        var counts = session.Read();
        Assert.Equal((ReadPath.UserSpace, ReadPath.Kernel), (counts[0].Count.Path, counts[1].Count.Path));
    }

    [HardwareFact]
    public void A_read_allocates_nothing()
    {
        using var session = MonitoringSession.Create("instructions:u,cycles:u", s_options);
        session.Attach(Target.CallingThread);
        session.Start();
        var counts = new Count[2];
        session.Read(counts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        session.Read(counts);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.All(counts, count => Assert.Equal(ReadPath.UserSpace, count.Path));
    }

    // Twice the instructions are the cycles here, whichever way both were read, and the times are of the same clock as the kernel's.
    private static void Session()
    {
        using var session = MonitoringSession.Create("instructions:u,cycles:u,armv8_pmuv3/event=0x8/u", s_options);
        session.Attach(Target.CallingThread);
        session.Start();
        var first = session.Read();
        session.Stop();
        var last = session.Read();
        Assert.All(first, count => Assert.Equal((ReadPath.UserSpace, CountState.Counted), (count.Count.Path, count.Count.State)));
        Assert.All(last, count => Assert.Equal((ReadPath.Kernel, CountState.Counted), (count.Count.Path, count.Count.State)));
        Assert.All(first.Zip(last), pair =>
        {
            Assert.InRange(pair.First.Count.Value, 1UL, pair.Second.Count.Value - 1);
            Assert.InRange(pair.First.Count.TimeEnabled, 1UL, pair.Second.Count.TimeEnabled - 1);
            Assert.Equal(pair.First.Count.TimeEnabled, pair.First.Count.TimeRunning);
        });
        Assert.Null(session.UserSpaceReadObstacle);
    }

    // The two reads cannot be of one instant. But the instructions in user mode between them are the same each time: what the kernel reads
    // is what user space read before plus a constant. The event samples, so that its counter starts below zero, passes it, and
    // starts anew, thousands of times.
    private static void Alternate(ulong config1)
    {
        const ulong period = 100_000;
        var kernel = LinuxKernel.Instance;
        var selection = new EventSelection { Type = EventType.Hardware, Config1 = config1, Exclude = Exclusions.Kernel };
        var attr = EventAttr.Of(selection, CounterMode.Alone, isLeader: true);
        attr.SamplePeriod = period;
        var opened = kernel.PerfEventOpen(ref attr, 0, -1, -1, PerfEventOpenFlags.FdCloexec);
        Assert.False(opened.Failed, $"{opened.Error}");
        using var handle = new SafeKernelHandle(kernel, (int)opened.Value);
        Assert.False(EventPages.TryMap(kernel, [handle.Descriptor], out var pages).Failed);
        using (pages)
        {
            Assert.True(pages!.AreReadable);
            _ = kernel.Ioctl(handle.Descriptor, PerfEventIoctl.Enable, 0);
            var differences = new ulong[Alternations];
            _ = Differences(kernel, handle.Descriptor, pages, differences.AsSpan()[..Warming]);
            var counted = Differences(kernel, handle.Descriptor, pages, differences);
            Assert.InRange(counted, 1000 * period, ulong.MaxValue / 2);
            Assert.InRange(Assert.Single(differences.Distinct()), 1UL, 10_000UL);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Differences(LinuxKernel kernel, int descriptor, EventPages pages, Span<ulong> differences)
    {
        Span<ulong> user = stackalloc ulong[4];
        Span<ulong> read = stackalloc ulong[4];
        _ = kernel.Read(descriptor, MemoryMarshal.AsBytes(read));
        var first = read[3];
        foreach (ref var difference in differences)
        {
            var isRead = pages.TryRead(user);
            _ = kernel.Read(descriptor, MemoryMarshal.AsBytes(read));
            difference = isRead ? read[3] - user[3] : ulong.MaxValue;
        }

        return read[3] - first;
    }
}
