namespace Perfmon.Registers;

/// <summary>The kinds of session in which a register exists: some PMUs count CPUs only.</summary>
[Flags]
public enum SessionKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Sessions that follow threads.</summary>
    Thread = 1,

    /// <summary>Sessions that watch CPUs: <c>PFM_FL_SYSTEM_WIDE</c>.</summary>
    SystemWide = 2,

    /// <summary>Both.</summary>
    Any = Thread | SystemWide,
}
