namespace Perfmon.Kvm.Filters;

/// <summary>How many event numbers an Arm guest's PMU has. Ranges of a filter beyond them are refused with EINVAL.</summary>
public enum ArmEventSpace
{
    /// <summary>PMUv3: numbers of 10 bits, 0 to 0x3ff.</summary>
    Bits10 = 1 << 10,

    /// <summary>PMUv3 for Armv8.1 and later: numbers of 16 bits, 0 to 0xffff.</summary>
    Bits16 = 1 << 16,
}
