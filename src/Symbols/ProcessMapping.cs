namespace Perfmon.Symbols;

/// <summary>A mapping of a process: a line of <c>/proc/PID/maps</c>.</summary>
/// <param name="Start">The first address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="FileOffset">The offset in the file of the byte at <paramref name="Start"/>.</param>
/// <param name="Path">The file's path as the process sees it, a name in brackets such as <c>[vdso]</c>, or empty.</param>
/// <param name="IsExecutable">Whether code may run in it.</param>
public readonly record struct ProcessMapping(ulong Start, ulong Length, ulong FileOffset, string Path, bool IsExecutable);
