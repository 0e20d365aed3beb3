using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>
/// Counters of one context at one attach point, as a rule a kernel event group: a leader and its siblings, which count at the same time or not at all. It is opened by a
/// stopped session and holds its descriptors until disposed; it has no lock, its session has one.
/// </summary>
internal abstract class EventGroup : IDisposable
{
    private readonly SafeKernelHandle[] _handles;

    private protected EventGroup(IPerfKernel kernel, IReadOnlyList<PlannedCounter> counters, SafeKernelHandle[] handles)
    {
        Kernel = kernel;
        Counters = counters;
        LeaderIndex = counters[0].Index;
        _handles = handles;
    }

    public int MemberCount => _handles.Length;

    /// <summary>Whom or what it counts.</summary>
    public required AttachPoint Point { get; init; }

    private protected IPerfKernel Kernel { get; }

    /// <summary>The members; the first leads.</summary>
    public IReadOnlyList<PlannedCounter> Counters { get; }

    /// <summary>The leader's place among the set's counters.</summary>
    public int LeaderIndex { get; }

    /// <summary>Whether the kernel starts and stops it, and its counters are of one thread or CPU alone.</summary>
    public abstract bool IsSteady { get; }

    /// <summary>The members whose overflow ends their set's turn.</summary>
    public virtual IReadOnlyList<OverflowTrigger> Triggers => [];

    /// <summary>Where the members tell of their overflows; null where none does.</summary>
    public virtual OverflowRing? Ring => null;

    private protected int Leader => _handles[0].Descriptor;

    /// <summary>Bytes that the largest read of a group of <paramref name="members"/> needs.</summary>
    public static int ReadSize(int members) => Math.Max(SteadyGroup.ReadSize(members), FollowedGroup.ReadSize(members));

    /// <summary>Starts the group: the leader takes its siblings along.</summary>
    /// <param name="buffer">Room for <see cref="ReadSize"/> bytes.</param>
    public abstract KernelResult Enable(Span<byte> buffer);

    /// <summary>Stops the group. Its counts stay.</summary>
    /// <param name="buffer">Room for <see cref="ReadSize"/> bytes.</param>
    public abstract KernelResult Disable(Span<byte> buffer);

    /// <summary>Reads the group and adds each member's count to its place in <paramref name="totals"/>. Allocates nothing.</summary>
    /// <param name="buffer">Room for <see cref="ReadSize"/> bytes.</param>
    /// <param name="totals">The set's counters, by <see cref="PlannedCounter.Index"/>.</param>
    public abstract KernelResult AddTo(Span<byte> buffer, Span<CountTotal> totals);

    public virtual void Dispose() => Close(_handles);

    public int Descriptor(int member) => _handles[member].Descriptor;

    /// <summary>Closes what is open of a group. Siblings first: closing a leader makes each of its siblings a group of its own.</summary>
    public static void Close(SafeKernelHandle?[] handles)
    {
        for (var i = handles.Length - 1; i >= 0; i--)
        {
            handles[i]?.Dispose();
        }
    }
}
