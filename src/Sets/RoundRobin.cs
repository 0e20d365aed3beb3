using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>One set after the other in the order of their ids, as perfmon does.</summary>
internal sealed class RoundRobin : ISetOrder
{
    public int Next(int active, int count) => (active + 1) % count;
}
