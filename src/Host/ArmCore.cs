namespace Perfmon.Host;

/// <summary>A kind of Arm core in the machine: the fields of its MIDR_EL1 register, as cpuinfo shows them.</summary>
/// <param name="Implementer">Who made it, such as 0x41 for Arm (<c>CPU implementer</c>).</param>
/// <param name="Part">Which core, such as 0xd0c for Neoverse N1 (<c>CPU part</c>).</param>
/// <param name="Variant">The major revision (<c>CPU variant</c>).</param>
/// <param name="Revision">The minor revision (<c>CPU revision</c>).</param>
/// <param name="Cpus">The CPUs that are such cores, of those online.</param>
public sealed record ArmCore(int Implementer, int Part, int Variant, int Revision, CpuList Cpus)
{
    /// <summary>
    /// Maker, core and revision, such as <c>Arm Neoverse-N1 r3p1</c>; numbers where no name is known for them:
    /// <c>Arm part 0xdff r0p1</c>, <c>implementer 0x7f part 0x001 r0p0</c>.
    /// </summary>
    public override string ToString()
    {
        var implementer = ArmNames.Implementer(Implementer) ?? $"implementer 0x{Implementer:x2}";
        return $"{implementer} {ArmNames.Part(Implementer, Part) ?? $"part 0x{Part:x3}"} r{Variant}p{Revision}";
    }
}
