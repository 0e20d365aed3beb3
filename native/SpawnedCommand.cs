namespace Perfmon.Native;

/// <summary>A command that waits to be let go.</summary>
/// <param name="ProcessId">Its process.</param>
/// <param name="ReleaseDescriptor">The pipe's end that lets it go.</param>
internal readonly record struct SpawnedCommand(int ProcessId, int ReleaseDescriptor);
