using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// Counters that threads and processes not yet born inherit. They always run in the kernel, and a <see cref="CountWindow"/> starts and stops
/// them here; each is read by a call of its own, and is no sibling of another where its context is not scarce (<see cref="GroupOpening"/>). Where there are few, and sets take turns on them, the kernel starts and stops them too: a
/// child that was missed because it was just being forked is met at the next turn, and its time is counted along with its events.
/// </summary>
/// <remarks>
/// One read for the group would not do: while a child ends, the kernel takes its counters out of the group one after the other, and
/// a group read meanwhile misses those that are out but not yet added to their parent's, or fails with ECHILD. The read of a single
/// event is atomic to a child's end.
/// </remarks>
internal sealed class FollowedGroup(
    IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, SafeKernelHandle[] handles, bool takesTurns = false, bool isOn = true)
    : EventGroup(kernel, counters, handles)
{
    // struct read_format without PERF_FORMAT_GROUP: value, time_enabled, time_running.
    private const int Words = 3;

    // In nanoseconds. Members are read in some microseconds each, where there are not hundreds of threads.
    private const ulong LongestRead = 500_000;

    private readonly CountWindow _window = new(Words * counters.Count);
    private bool _isOn = isOn;

    public override bool IsSteady => false;

    public static PerfReadFormat ReadFormat => PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning;

    public static new int ReadSize(int members) => Words * members * sizeof(ulong);

    public override KernelResult Enable(Span<byte> buffer)
    {
        var result = ReadEach(buffer, out var words);
        if (!result.Failed)
        {
            _window.Open(words);
        }

        if (takesTurns && !_isOn)
        {
            _isOn = true;
            var enabled = Kernel.Ioctl(Leader, PerfEventIoctl.Enable, 0);
            return result.Failed ? result : enabled;
        }

        return result;
    }

    public override KernelResult Disable(Span<byte> buffer)
    {
        var disabled = takesTurns ? Kernel.Ioctl(Leader, PerfEventIoctl.Disable, 0) : KernelResult.Success;
        _isOn &= !takesTurns;
        var result = ReadEach(buffer, out var words);
        if (!result.Failed)
        {
            _window.Close(words);
        }

        return result.Failed ? result : disabled;
    }

    public override KernelResult AddTo(Span<byte> buffer, Span<CountTotal> totals)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(buffer)[..(Words * Counters.Count)];
        var result = KernelResult.Success;
        if (_window.IsOpen)
        {
            result = ReadEach(buffer, out _);
        }

        if (!result.Failed)
        {
            _window.Apply(words);
        }

        for (var i = 0; i < Counters.Count; i++)
        {
            ref var total = ref totals[Counters[i].Index];
            if (result.Failed)
            {
                total.IsPartial = true;
            }
            else
            {
                total.Add(words[Words * i], enabled: words[(Words * i) + 1], running: words[(Words * i) + 2]);
            }
        }

        return result;
    }

    // What keeps this thread from running between two members lets the second count more than the first: both are read again then.
    private KernelResult ReadEach(Span<byte> buffer, out Span<ulong> words)
    {
        words = MemoryMarshal.Cast<byte, ulong>(buffer)[..(Words * Counters.Count)];
        var began = Kernel.MonotonicTime;
        var result = ReadOnce(words);
        return result.Failed || Counters.Count == 1 || Kernel.MonotonicTime - began < LongestRead ? result : ReadOnce(words);
    }

    private KernelResult ReadOnce(Span<ulong> words)
    {
        for (var i = 0; i < Counters.Count; i++)
        {
            var member = MemoryMarshal.AsBytes(words.Slice(Words * i, Words));
            var result = Kernel.Read(Descriptor(i), member);
            if (result.Value != member.Length)
            {
                // 0 bytes: the kernel took the event off for good.
                return result.Failed ? result : KernelResult.Failure(Errno.EIO);
            }
        }

        return KernelResult.Success;
    }
}
