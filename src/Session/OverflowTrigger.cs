using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// A counter that ends its set's turn. Its overflow tells what its whole group had counted by then, so that the turn ends there however late anybody
/// hears of it.
/// </summary>
/// <remarks>
/// The kernel's own stop at an overflow (<c>PERF_EVENT_IOC_REFRESH</c>) would do the same, but on Linux 6.18 a tracepoint that was stopped so counts never again.
/// </remarks>
internal sealed class OverflowTrigger(IPerfKernel kernel, SteadyGroup group, int member, OverflowSignal signal) : IDisposable
{
    private ulong _until;
    private bool _isArmed;

    public PlannedCounter Counter => group.Counters[member];

    /// <summary>Readable when there is an overflow to be taken.</summary>
    public int Descriptor => signal.Descriptor;

    /// <summary>Lets it overflow anew.</summary>
    /// <param name="count">What the kernel has counted.</param>
    /// <param name="events">How many events there are to be until the overflow.</param>
    public KernelResult Arm(ulong count, ulong events)
    {
        // Those between the end of the last turn and the stop of its counters.
        while (signal.TryTake(out _))
        {
        }

        // The kernel takes 1 to 2⁶³-1. Nothing happens 2⁶³ times.
        var period = events is 0 or > long.MaxValue ? (ulong)long.MaxValue : events;
        _until = count + period;
        _isArmed = true;
        return kernel.Ioctl(signal.Descriptor, PerfEventIoctl.Period, ref period);
    }

    /// <summary>Takes the overflow that ends the turn, and ends there what its group counts in it.</summary>
    public bool TryTake(out Overflow overflow)
    {
        while (signal.TryTake(out overflow))
        {
            // A new period of an event that is on a CPU can bring an overflow of its own. And those between the end of a turn and the stop of its counters may be
            // told of when the set is not active any more: what is taken away for them is more than they had counted.
            if (_isArmed && (long)(group.CountIn(signal.Read, member) - _until) >= 0)
            {
                _isArmed = false;
                group.EndAt(signal.Read, keepsTold: true);
                return true;
            }
        }

        return false;
    }

    public void Dispose() => signal.Dispose();
}
