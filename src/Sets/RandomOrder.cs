using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Every set once a round, each round in an order by chance, no set twice in succession where there are others.</summary>
internal sealed class RandomOrder(int? seed) : ISetOrder
{
    private readonly Random _random = seed is { } fixedSeed ? new Random(fixedSeed) : new Random();
    private int[] _round = [];
    private int _next;

    public int Next(int active, int count)
    {
        if (_round.Length != count)
        {
            _round = [.. Enumerable.Range(0, count)];
            _next = count;
        }

        if (_next == count)
        {
            _random.Shuffle(_round);
            if (_round[0] == active && count > 1)
            {
                var other = _random.Next(1, count);
                (_round[0], _round[other]) = (_round[other], _round[0]);
            }

            _next = 0;
        }

        return _round[_next++];
    }
}
