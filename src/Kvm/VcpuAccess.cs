namespace Perfmon.Kvm;

/// <summary>An access of a guest to a port.</summary>
/// <param name="Number">The port.</param>
/// <param name="IsWrite">Whether the guest wrote.</param>
/// <param name="Size">Bytes of one access: 1, 2 or 4.</param>
/// <param name="Count">Accesses: more than one for a string instruction.</param>
public readonly record struct PortAccess(ushort Number, bool IsWrite, int Size, int Count);

/// <summary>An access of a guest to physical memory that its machine has not.</summary>
/// <param name="Address">The physical address.</param>
/// <param name="IsWrite">Whether the guest wrote.</param>
/// <param name="Size">Bytes: up to 8.</param>
/// <param name="Data">What the guest wrote, its first byte lowest.</param>
public readonly record struct MmioAccess(ulong Address, bool IsWrite, int Size, ulong Data);

/// <summary>An access of a guest to a model-specific register, to be answered before the vCPU runs on.</summary>
/// <param name="Index">The register's number.</param>
/// <param name="IsWrite">Whether the guest writes it.</param>
/// <param name="Data">What it writes.</param>
public readonly record struct MsrAccess(uint Index, bool IsWrite, ulong Data);

/// <summary>Model-specific registers that follow each other.</summary>
/// <param name="First">The first one's number.</param>
/// <param name="Count">How many.</param>
public readonly record struct MsrRange(uint First, uint Count);
