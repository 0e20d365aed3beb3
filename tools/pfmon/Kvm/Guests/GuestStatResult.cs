using Perfmon.Host;
using Perfmon.Kvm.Guests;

namespace Perfmon.Tool.Kvm.Guests;

/// <summary>What was counted, in all or between two readings.</summary>
/// <param name="Machine">The virtual machine.</param>
/// <param name="End">When the reading was, since the start of counting.</param>
/// <param name="Length">How long was counted.</param>
/// <param name="Reading">The counts.</param>
internal sealed record GuestStatResult(VirtualMachine Machine, TimeSpan End, TimeSpan Length, GuestReading Reading)
{
    /// <summary>The command's exit code; null without one.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Whether this is all, not an interval.</summary>
    public bool IsWhole { get; init; }

    /// <summary>What must be known of the result.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A way to write results: each interval as it comes, and all at the end.</summary>
internal abstract class GuestFormat
{
    public abstract void Write(GuestStatResult result);
}
