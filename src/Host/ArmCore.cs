namespace Perfmon.Host;

/// <summary>A kind of Arm core in the machine: the fields of its MIDR_EL1 register, as cpuinfo shows them.</summary>
/// <param name="Implementer">Who made it, such as 0x41 for Arm (<c>CPU implementer</c>).</param>
/// <param name="Part">Which core, such as 0xd0c for Neoverse N1 (<c>CPU part</c>).</param>
/// <param name="Variant">The major revision (<c>CPU variant</c>).</param>
/// <param name="Revision">The minor revision (<c>CPU revision</c>).</param>
/// <param name="Cpus">The CPUs that are such cores, of those online.</param>
public sealed record ArmCore(int Implementer, int Part, int Variant, int Revision, CpuList Cpus);
