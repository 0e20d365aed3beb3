namespace Perfmon.Symbols;

/// <summary>What is behind a mapping.</summary>
internal enum MappingKind
{
    /// <summary>A file.</summary>
    File,

    /// <summary>Memory without a file, or a file in memory only.</summary>
    Memory,

    /// <summary>The kernel's code in user space.</summary>
    Vdso,
}
