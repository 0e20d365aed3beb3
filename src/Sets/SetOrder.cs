using Perfmon.Session;

namespace Perfmon.Sets;

/// <summary>Which set has the next turn, as a thing to choose. Another order is a class and a line here.</summary>
public sealed class SetOrder
{
    private readonly Func<ISetOrder> _create;
    private readonly string _text;

    private SetOrder(string text, Func<ISetOrder> create)
    {
        _text = text;
        _create = create;
    }

    /// <summary>One after the other, as perfmon does.</summary>
    public static SetOrder RoundRobin { get; } = new("round robin", () => new RoundRobin());

    /// <summary>
    /// One set more often than another: of as many turns as the weights add up to, each set has as many as its weight, spread evenly.
    /// </summary>
    /// <param name="weights">A weight of 1 or more for each set, in their order; sets beyond them have 1.</param>
    /// <exception cref="Diagnostics.PerfmonException">A weight is below 1.</exception>
    public static SetOrder Weighted(params IReadOnlyList<int> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.All(weight => weight >= 1)
            ? new($"weighted {string.Join(':', weights)}", () => new WeightedOrder(weights))
            : throw SetErrors.WrongWeight(weights);
    }

    /// <summary>By chance, for programs that may keep step with a fixed order: each set once in every round, the rounds in an order of their own.</summary>
    /// <param name="seed">Makes the order the same every time; null for another one each time.</param>
    public static SetOrder Random(int? seed = null) => new("random", () => new RandomOrder(seed));

    /// <summary>The order's name.</summary>
    public override string ToString() => _text;

    internal ISetOrder Create() => _create();
}
