using Perfmon.Diagnostics;
using Perfmon.Sets;

namespace Perfmon.Tests.Sets;

/// <summary>Which set has the next turn.</summary>
public sealed class SetOrderTests
{
    [Fact]
    public void Round_robin_goes_round() => Assert.Equal([1, 2, 0, 1, 2, 0], Turns(SetOrder.RoundRobin, 3, 6));

    [Theory]
    [InlineData(new[] { 1, 1, 1 }, new[] { 1, 2, 0, 1, 2, 0 })]
    [InlineData(new[] { 3, 1 }, new[] { 0, 1, 0, 0, 0, 1, 0, 0 })]
    [InlineData(new[] { 1, 2, 1 }, new[] { 1, 2, 1, 1, 0, 2, 1 })]
    [InlineData(new[] { 2 }, new[] { 1, 0, 0, 1, 0, 0 })]
    [InlineData(new[] { 1 }, new[] { 1, 0, 1, 0 })]
    public void Weights_are_shares_of_the_turns(int[] weights, int[] expected)
    {
        var sets = Math.Max(weights.Length, 2);
        var turns = Turns(SetOrder.Weighted(weights), sets, expected.Length);
        var sum = Enumerable.Range(0, sets).Sum(set => set < weights.Length ? weights[set] : 1);

        // With the turn that went on before: every round has each set as often as its weight.
        int[] all = [0, .. turns];
        foreach (var round in all[..(all.Length / sum * sum)].Chunk(sum))
        {
            Assert.All(Enumerable.Range(0, sets), set => Assert.Equal(set < weights.Length ? weights[set] : 1, round.Count(turn => turn == set)));
        }

        Assert.Equal(expected, turns);
    }

    [Fact]
    public void A_weight_below_1_is_refused() =>
        Assert.Contains("1:0", Assert.Throws<PerfmonException>(() => SetOrder.Weighted(1, 0)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Chance_gives_every_set_one_turn_a_round_and_none_two_in_succession(int sets)
    {
        var turns = Turns(SetOrder.Random(seed: 7), sets, sets * 1000);
        Assert.All(turns.Chunk(sets), round => Assert.Equal(Enumerable.Range(0, sets), round.Order()));
        Assert.All(turns.Zip(turns.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(turns, Turns(SetOrder.Random(seed: 7), sets, sets * 1000));
        Assert.True(sets == 2 || turns.Chunk(sets).Select(round => string.Join(' ', round)).Distinct().Count() > 50);
    }

    [Fact]
    public void One_set_is_always_next()
    {
        Assert.Equal([0, 0, 0], Turns(SetOrder.RoundRobin, 1, 3));
        Assert.Equal([0, 0, 0], Turns(SetOrder.Weighted(5), 1, 3));
        Assert.Equal([0, 0, 0], Turns(SetOrder.Random(), 1, 3));
    }

    private static int[] Turns(SetOrder order, int sets, int turns)
    {
        var one = order.Create();
        var active = 0;
        return [.. Enumerable.Range(0, turns).Select(_ => active = one.Next(active, sets))];
    }
}
