using Perfmon.Events;
using Perfmon.Kvm.Guests;

namespace Perfmon.Tool.Kvm.Guests;

/// <summary>What <c>pfmon kvm stat --vm</c> is to do.</summary>
internal sealed record GuestStatRequest
{
    public required int ProcessId { get; init; }

    public required IReadOnlyList<EventRequest> Events { get; init; }

    public required GuestSessionOptions Session { get; init; }

    /// <summary>The command that says how long; empty where there is none.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public TimeSpan? Interval { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>What must be known of the request.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
