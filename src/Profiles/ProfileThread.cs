namespace Perfmon.Profiles;

/// <summary>A thread under one of its names: one that executes a program or renames itself is two of them.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="ThreadId">The thread; equal to the process for its first one.</param>
/// <param name="Comm">The name.</param>
public sealed record ProfileThread(int ProcessId, int ThreadId, string Comm)
{
    /// <summary>Name, process and thread: <c>ls (4711)</c>, <c>worker (4711/4712)</c>.</summary>
    public override string ToString() => ProcessId == ThreadId ? $"{Comm} ({ProcessId})" : $"{Comm} ({ProcessId}/{ThreadId})";
}
