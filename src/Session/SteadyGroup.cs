using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// The counters of one thread or CPU: the kernel starts and stops them, and one <c>read(2)</c> gives them all. Where their own thread
/// reads them, and the kernel lets it, they are read without it.
/// </summary>
internal sealed class SteadyGroup(
    IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, SafeKernelHandle[] handles, UserAccess? userAccess)
    : EventGroup(kernel, counters, handles)
{
    // struct read_format with PERF_FORMAT_GROUP: nr, time_enabled, time_running, then a value for each member.
    private const int HeaderWords = 3;

    // Each member's place among the set's counters.
    private readonly int[] _places = [.. counters.Select(counter => counter.Index)];

    /// <summary>How the counters are read from user space; null where the kernel is to be asked.</summary>
    public UserAccess? UserAccess => userAccess;

    public static PerfReadFormat ReadFormat =>
        PerfReadFormat.Group | PerfReadFormat.TotalTimeEnabled | PerfReadFormat.TotalTimeRunning;

    public static new int ReadSize(int members) => (HeaderWords + members) * sizeof(ulong);

    public override KernelResult Enable(Span<byte> buffer) => Kernel.Ioctl(Leader, PerfEventIoctl.Enable, 0);

    public override KernelResult Disable(Span<byte> buffer) => Kernel.Ioctl(Leader, PerfEventIoctl.Disable, 0);

    public override KernelResult AddTo(Span<byte> buffer, Span<CountTotal> totals)
    {
        var result = Read(buffer, out var words, out var path);
        for (var i = 0; i < _places.Length; i++)
        {
            totals[_places[i]].Add(Total(words, i, path));
        }

        return result;
    }

    /// <summary>Reads the members' counts, each to its place in <paramref name="counts"/>; without allocation, as <see cref="AddTo"/>.</summary>
    public KernelResult ReadTo(Span<byte> buffer, Span<Count> counts)
    {
        var result = Read(buffer, out var words, out var path);
        for (var i = 0; i < _places.Length; i++)
        {
            var total = Total(words, i, path);
            counts[_places[i]] = total.ToCount(total.Raw);
        }

        return result;
    }

    // The mappings first: each keeps its event open.
    public override void Dispose()
    {
        userAccess?.Pages?.Dispose();
        base.Dispose();
    }

    // No words: an error, or 0 bytes, which say that the kernel took the group off for good.
    private KernelResult Read(Span<byte> buffer, out ReadOnlySpan<ulong> words, out ReadPath path)
    {
        buffer = buffer[..ReadSize(MemberCount)];
        if (userAccess is { Pages: { } pages } && Environment.CurrentManagedThreadId == userAccess.Reader)
        {
            var read = MemoryMarshal.Cast<byte, ulong>(buffer);
            if (pages.TryRead(read))
            {
                words = read;
                path = ReadPath.UserSpace;
                return KernelResult.Of(buffer.Length);
            }
        }

        path = ReadPath.Kernel;
        var result = Kernel.Read(Leader, buffer);
        words = result.Value == buffer.Length ? MemoryMarshal.Cast<byte, ulong>(buffer) : [];
        return result;
    }

    private static CountTotal Total(ReadOnlySpan<ulong> words, int member, ReadPath path)
    {
        // What could not be read is lost, and must show.
        var total = new CountTotal { IsPartial = words.IsEmpty, Path = path };
        if (!words.IsEmpty)
        {
            total.Add(words[HeaderWords + member], enabled: words[1], running: words[2]);
        }

        return total;
    }
}
