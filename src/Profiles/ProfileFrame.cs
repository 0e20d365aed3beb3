using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>One frame of a symbolised stack.</summary>
/// <param name="Function">The function's name, demangled; empty where the address could not be resolved.</param>
/// <param name="Module">The file or the bracketed name of what holds the code: <c>/usr/lib/libc.so.6</c>, <c>[kernel.kallsyms]</c>; empty where unknown.</param>
/// <param name="Kind">What kind of code it is.</param>
/// <param name="Address">The instruction's virtual address, as sampled; 0 where it does not matter.</param>
/// <param name="IsInlined">The compiler put this function into the one of the next frame outwards, at whose address it is.</param>
/// <param name="File">The source file of the function; null where unknown.</param>
/// <param name="Line">The line of <paramref name="File"/> that the address belongs to, from 1; 0 where unknown.</param>
public readonly record struct ProfileFrame(
    string Function,
    string Module,
    FrameKind Kind,
    ulong Address = 0,
    bool IsInlined = false,
    string? File = null,
    int Line = 0)
{
    /// <summary>Whether the function is known. A frame that is not counts in <see cref="ProfileLosses.UnresolvedFrames"/>.</summary>
    public bool IsResolved => !string.IsNullOrEmpty(Function);

    /// <summary>The function that the frame is of: what views group by.</summary>
    public ProfileFunction Of => new(Function ?? "", Module ?? "", Kind);
}
