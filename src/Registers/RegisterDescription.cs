namespace Perfmon.Registers;

/// <summary>One PMC or PMD of a model: what perfmon listed for each register in sysfs.</summary>
public sealed record RegisterDescription
{
    /// <summary>The register's number in its vector, 0 to 319.</summary>
    public required int Number { get; init; }

    /// <summary>The name in the vendor's manual, such as <c>PERFEVTSEL0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The value at reset; a write keeps the bits of <see cref="Reserved"/> at it.</summary>
    public ulong Default { get; init; }

    /// <summary>The bits that a write cannot change.</summary>
    public ulong Reserved { get; init; }

    /// <summary>Bits of the register in hardware. A PMD reads as 64 bits whatever its width.</summary>
    public int Width { get; init; } = 64;

    /// <summary>The hardware address: an MSR number on x86; null where there is none.</summary>
    public uint? Address { get; init; }

    /// <summary>The kinds of session in which the register exists.</summary>
    public SessionKinds Sessions { get; init; } = SessionKinds.Any;

    /// <summary>What a write leaves in the register: reserved bits keep their default.</summary>
    public ulong Apply(ulong value) => (value & ~Reserved) | (Default & Reserved);
}
