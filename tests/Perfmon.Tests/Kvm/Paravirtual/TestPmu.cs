using Perfmon.Kvm.Paravirtual;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary>A device on the test's own thread, whose host event 0 is a system call that only the test makes.</summary>
internal static class TestPmu
{
    public const int Settime = 0;
    public const int TaskClock = 1;

    public static ParavirtualPmuOptions Options { get; } = new() { HostEvents = [Counting.Settime, "task-clock"] };

    public static ParavirtualPmu Create(ParavirtualPmuOptions? options = null)
    {
        Counting.Needs(programs: false);
        return new ParavirtualPmu(Target.CallingThread, options ?? Options);
    }

    public static ulong Get(this ParavirtualPmu pmu, ParavirtualRegister register, int counter = 0)
    {
        Assert.True(pmu.TryRead(register.Msr(counter), out var value), register.Name);
        return value;
    }

    public static void Set(this ParavirtualPmu pmu, ParavirtualRegister register, ulong value, int counter = 0) =>
        Assert.True(pmu.TryWrite(register.Msr(counter), value), $"{register.Name} = 0x{value:x}");

    /// <summary>Lets counter <paramref name="counter"/> count the system call.</summary>
    public static void Count(this ParavirtualPmu pmu, int counter = 0, bool notify = false, int hostEvent = Settime)
    {
        var control = CounterControl.Host(hostEvent);
        pmu.Set(ParavirtualRegisters.Control, (notify ? control.WithNotify() : control).Bits, counter);
    }

    public static void Run(this ParavirtualPmu pmu, bool freeze = false) =>
        pmu.Set(ParavirtualRegisters.GlobalControl, GlobalControlBits.Enable | (freeze ? GlobalControlBits.FreezeOnNotify : 0));

    public static void Stop(this ParavirtualPmu pmu) => pmu.Set(ParavirtualRegisters.GlobalControl, 0);

    public static CounterStatus StatusOf(this ParavirtualPmu pmu, int counter = 0) => (CounterStatus)pmu.Get(ParavirtualRegisters.Status, counter);

    /// <summary>
    /// What this process has open of what a device or a guest opens, by kind and how often. Epoll instances are left out: a thread that waits for overflows on a CPU has one for
    /// good, from the first overflow there on.
    /// </summary>
    public static string OpenDescriptors()
    {
        // What other tests have left goes first.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var kinds = Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(entry => new FileInfo(entry).LinkTarget ?? "")
            .Where(target => (target.StartsWith("anon_inode:", StringComparison.Ordinal) && target != "anon_inode:[eventpoll]") || target == "/dev/kvm")
            .GroupBy(target => target)
            .Select(group => $"{group.Key} {group.Count()}");
        return string.Join('\n', kinds.Order(StringComparer.Ordinal));
    }
}
