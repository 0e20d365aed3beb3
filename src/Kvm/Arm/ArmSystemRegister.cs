namespace Perfmon.Kvm.Arm;

/// <summary>System registers of a 64-bit Arm vCPU by KVM_GET_ONE_REG's number: <c>ARM64_SYS_REG(op0, op1, crn, crm, op2)</c>.</summary>
internal static class ArmSystemRegister
{
    private const ulong SystemRegister64 = 0x6030_0000_0013_0000;

    /// <summary>PMCR_EL0: how many event counters the vCPU has is in bits 15:11 (N).</summary>
    public const ulong PmuControl = SystemRegister64 | (3 << 14) | (3 << 11) | (9 << 7) | (12 << 3) | 0;

    /// <summary>ID_AA64DFR0_EL1: the version of the PMU is in bits 11:8 (PMUVer).</summary>
    public const ulong DebugFeatures = SystemRegister64 | (3 << 14) | (0 << 11) | (0 << 7) | (5 << 3) | 0;

    public static uint CountersOf(ulong pmuControl) => (uint)(pmuControl >> 11) & 0x1F;

    /// <summary>1 is PMUv3, 4 the one of Armv8.1, and so on; 15 is a PMU of another kind.</summary>
    public static int PmuVersionOf(ulong debugFeatures) => (int)(debugFeatures >> 8) & 0xF;
}
