using Perfmon.Kvm.Demonstration;
using Perfmon.Kvm.Paravirtual;

namespace Perfmon.Tool.Kvm;

/// <summary>What a guest that counts itself found.</summary>
internal sealed record DemoResult
{
    /// <summary>What it counted.</summary>
    public required string Event { get; init; }

    /// <summary>How it came to stand.</summary>
    public required GuestStop Stop { get; init; }

    /// <summary>What it read.</summary>
    public required ulong Value { get; init; }

    /// <summary>What there was to read.</summary>
    public required ulong Expected { get; init; }

    /// <summary>The counter's STATUS.</summary>
    public required CounterStatus Status { get; init; }

    /// <summary>Why the host did not count; null where it did.</summary>
    public required string? Why { get; init; }

    /// <summary>How many bytes the PMU was moved as; null where it was not.</summary>
    public required int? StateBytes { get; init; }

    /// <summary>The guest's accesses to MSRs; null stands for the move.</summary>
    public required IReadOnlyList<MsrTrace?> Accesses { get; init; }

    /// <summary>Whether it read what it must.</summary>
    public bool IsExact => Stop == GuestStop.Halted && Value == Expected;
}
