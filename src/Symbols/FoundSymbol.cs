namespace Perfmon.Symbols;

/// <summary>The symbol that covers an address.</summary>
/// <param name="Start">Where it starts, in the terms of the table that has it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Module">The kernel's module in brackets; empty where the table is of one file.</param>
internal readonly record struct FoundSymbol(ulong Start, string Name, string Module = "");
