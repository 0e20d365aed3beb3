using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>
/// Each set as often as its weight says, spread evenly: every turn each set gains its weight in credit, the one with the most is next, and pays
/// the sum of all. This is the smooth weighted round robin of the nginx web server.
/// </summary>
internal sealed class WeightedOrder(IReadOnlyList<int> weights) : ISetOrder
{
    private long[] _credits = [];

    public int Next(int active, int count)
    {
        if (_credits.Length != count)
        {
            // The turn that goes on was the active set's, as if it had been chosen.
            _credits = new long[count];
            Choose(active);
        }

        var next = 0;
        for (var set = 0; set < count; set++)
        {
            next = _credits[set] + Weight(set) > _credits[next] + Weight(next) ? set : next;
        }

        Choose(next);
        return next;
    }

    private void Choose(int chosen)
    {
        var sum = 0L;
        for (var set = 0; set < _credits.Length; set++)
        {
            _credits[set] += Weight(set);
            sum += Weight(set);
        }

        _credits[chosen] -= sum;
    }

    private int Weight(int set) => set < weights.Count ? weights[set] : 1;
}
