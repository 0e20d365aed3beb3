using System.Diagnostics.CodeAnalysis;

namespace Perfmon.Symbols;

/// <summary>An address by name. Where no symbol covers it, it is a module and an offset: a name is never guessed.</summary>
public readonly record struct SymbolizedFrame
{
    /// <summary>The module of an address that lies in no known mapping.</summary>
    public const string UnknownModule = "[unknown]";

    /// <summary>The module of code that a running program made.</summary>
    public const string JitModule = "[JIT]";

    /// <summary>The module of the kernel itself; its own modules are named <c>[ext4]</c>.</summary>
    public const string KernelModule = "[kernel.kallsyms]";

    /// <summary>The module of the kernel's code in user space.</summary>
    public const string VdsoModule = "[vdso]";

    /// <summary>The function as people write it: demangled, and methods of .NET without the parts that only the runtime needs. Null: no symbol covers the address.</summary>
    public string? Function { get; init; }

    /// <summary>The function as the symbol table or perf map has it; null as <see cref="Function"/>.</summary>
    public string? RawName { get; init; }

    /// <summary>The mapped file's path, as the process sees it, or one of the names in brackets.</summary>
    public required string Module { get; init; }

    /// <summary>Bytes from the function's start; 0 where there is no function.</summary>
    public ulong Offset { get; init; }

    /// <summary>
    /// Where in the module, in bytes: for an ELF file the virtual address that <c>nm</c> and <c>addr2line</c> use; for another mapped
    /// file its file offset; for the kernel, JIT code and what is unknown, the address itself.
    /// </summary>
    public ulong ModuleOffset { get; init; }

    /// <summary>What kind of code it is.</summary>
    public FrameKind Kind { get; init; }

    /// <summary>Whether a symbol covers the address.</summary>
    [MemberNotNullWhen(true, nameof(Function), nameof(RawName))]
    public bool IsResolved => Function is not null;

    /// <summary><c>function+0x12 (module)</c>, or <c>module+0x1234</c> where there is no function.</summary>
    public override string ToString() => IsResolved ? $"{Function}+0x{Offset:x} ({Module})" : $"{Module}+0x{ModuleOffset:x}";
}
