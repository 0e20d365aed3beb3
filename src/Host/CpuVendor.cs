namespace Perfmon.Host;

/// <summary>Who designed a CPU, as far as its performance counters differ.</summary>
public enum CpuVendor
{
    /// <summary>Another one, or unknown.</summary>
    Other,

    /// <summary>GenuineIntel.</summary>
    Intel,

    /// <summary>AuthenticAMD.</summary>
    Amd,

    /// <summary>HygonGenuine: AMD's counters.</summary>
    Hygon,

    /// <summary>An Arm architecture CPU, whoever made it: see <see cref="ArmCore.Implementer"/>.</summary>
    Arm,
}
