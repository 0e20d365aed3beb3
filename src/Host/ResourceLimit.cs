namespace Perfmon.Host;

/// <summary>A limit of this process (<c>getrlimit(2)</c>).</summary>
/// <param name="Soft">What is enforced; the process may raise it up to <paramref name="Hard"/>.</param>
/// <param name="Hard">What only CAP_SYS_RESOURCE may raise.</param>
public readonly record struct ResourceLimit(ulong Soft, ulong Hard)
{
    /// <summary>No limit: RLIM_INFINITY.</summary>
    public const ulong Unlimited = ulong.MaxValue;
}
