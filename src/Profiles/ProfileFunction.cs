using Perfmon.Symbols;

namespace Perfmon.Profiles;

/// <summary>A function: the frames of one name, module and kind, whatever their addresses, lines and inlining.</summary>
/// <param name="Name">Its name; empty for all that could not be resolved in <paramref name="Module"/>.</param>
/// <param name="Module">What holds its code; empty where unknown.</param>
/// <param name="Kind">What kind of code it is.</param>
public readonly record struct ProfileFunction(string Name, string Module, FrameKind Kind)
{
    /// <summary>What to call it: the name, or <c>[libc.so.6]</c> where only the module is known, or <c>[unknown]</c>.</summary>
    public string Label => (Name, Module) switch
    {
        ({ Length: > 0 }, _) => Name,
        (_, { Length: 0 }) => "[unknown]",
        (_, ['[', ..]) => Module,
        _ => $"[{Path.GetFileName(Module)}]",
    };
}
