namespace Perfmon.Sampling.Records;

// union perf_sample_weight {
//     u64 full;
//     struct { u32 var1_dw; u16 var2_w; u16 var3_w; };
// };

/// <summary>
/// What a sampled access or instruction cost, in a unit of the hardware: <c>union perf_sample_weight</c>. Samples of <see cref="SampleFields.Weight"/> have
/// <paramref name="Whole"/>, those of <see cref="SampleFields.WeightParts"/> the three parts.
/// </summary>
/// <param name="Whole">All 64 bits.</param>
public readonly record struct SampleWeight(ulong Whole)
{
    /// <summary>The lower 32 bits: on Intel the access's latency in cycles.</summary>
    public uint Part1 => (uint)Whole;

    /// <summary>Bits 32 to 47: on Intel the instruction's latency in cycles.</summary>
    public ushort Part2 => (ushort)(Whole >> 32);

    /// <summary>Bits 48 to 63: on Intel the cycles until the instruction retired.</summary>
    public ushort Part3 => (ushort)(Whole >> 48);
}
