namespace Perfmon.Symbols;

/// <summary>Who sees a symbol, in the order of preference among names of one address.</summary>
internal enum SymbolBinding : byte
{
    /// <summary>Everybody.</summary>
    Global,

    /// <summary>The file that it was compiled from.</summary>
    Local,

    /// <summary>Everybody, unless another of the name takes its place.</summary>
    Weak,
}
