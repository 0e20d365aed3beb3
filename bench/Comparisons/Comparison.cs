using BenchmarkDotNet.Attributes;
using Perfmon.Events;
using Perfmon.Host;

namespace Perfmon.Bench.Comparisons;

/// <summary>
/// One thing done by C and by Perfmon. <see cref="SetUp"/>, both sides and <see cref="CleanUp"/> run on one thread, since they count it.
/// </summary>
public abstract class Comparison
{
    /// <summary>What one operation is.</summary>
    public abstract string Name { get; }

    [GlobalSetup]
    public abstract void SetUp();

    [GlobalCleanup]
    public virtual void CleanUp()
    {
    }

    /// <summary>The baseline.</summary>
    public abstract void C();

    public abstract void CSharp();

    // Events that every machine and every user has.
    private protected static IReadOnlyList<EventRequest> Events(int count) => EventParser.ParseOrThrow(Names(count), HostDescription.Current);

    private protected static string Names(int count)
    {
        string[] names =
        [
            "page-faults", "context-switches", "cpu-migrations", "task-clock",
            "minor-faults", "major-faults", "alignment-faults", "cpu-clock",
        ];
        return string.Join(',', names[..count]);
    }
}
