using System.Collections.Immutable;

namespace Perfmon.Symbols;

/// <summary>What an address was resolved to.</summary>
/// <param name="Frames">The frames.</param>
/// <param name="IsSettled">False: a perf map or a mapping that is made later may tell more.</param>
/// <param name="State">How often the perf map had told something new by then (<see cref="AddressSpace.JitState"/>).</param>
internal readonly record struct CachedFrames(ImmutableArray<SymbolizedFrame> Frames, bool IsSettled, int State);
