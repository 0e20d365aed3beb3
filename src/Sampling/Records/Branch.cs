using System.Runtime.InteropServices;

namespace Perfmon.Sampling.Records;

// struct perf_branch_entry {
//     u64 from;
//     u64 to;
//     u64 mispred:1, predicted:1, in_tx:1, abort:1, cycles:16, type:4, spec:2, new_type:4, priv:3, reserved:31;
// };

/// <summary>One branch that was taken: <c>struct perf_branch_entry</c>. What the hardware does not tell is 0 or false.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct Branch : IEquatable<Branch>
{
    // The type says that the additional type has it: PERF_BR_EXTEND_ABI.
    private const int Extended = 15;

    private readonly ulong _from;
    private readonly ulong _to;
    private readonly ulong _flags;

    /// <summary>The address of the branch.</summary>
    public ulong From => _from;

    /// <summary>The address that it went to.</summary>
    public ulong To => _to;

    /// <summary>Its target was mispredicted. Where neither this nor <see cref="WasPredicted"/> is set, the hardware does not tell.</summary>
    public bool WasMispredicted => (_flags & 1) != 0;

    /// <summary>Its target was predicted.</summary>
    public bool WasPredicted => (_flags & 2) != 0;

    /// <summary>It was in a hardware transaction.</summary>
    public bool InTransaction => (_flags & 4) != 0;

    /// <summary>It was the abort of one.</summary>
    public bool WasAbort => (_flags & 8) != 0;

    /// <summary>Cycles since the branch before.</summary>
    public int Cycles => (int)((_flags >> 4) & 0xFFFF);

    /// <summary>What kind of branch it was.</summary>
    public BranchType Type => (int)((_flags >> 20) & 15) is var type && type != Extended
        ? (BranchType)type
        : BranchType.AlignmentFault + (int)((_flags >> 26) & 15);

    /// <summary>What came of its speculation.</summary>
    public BranchSpeculation Speculation => (BranchSpeculation)((_flags >> 24) & 3);

    /// <summary>Where it was; <see cref="CpuMode.Unknown"/> where the hardware does not tell.</summary>
    public CpuMode CpuMode => ((_flags >> 30) & 7) switch
    {
        1 => CpuMode.User,
        2 => CpuMode.Kernel,
        3 => CpuMode.Hypervisor,
        _ => CpuMode.Unknown,
    };

    /// <inheritdoc/>
    public bool Equals(Branch other) => (_from, _to, _flags) == (other._from, other._to, other._flags);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Branch other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_from, _to, _flags);

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(Branch left, Branch right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(Branch left, Branch right) => !left.Equals(right);
}
