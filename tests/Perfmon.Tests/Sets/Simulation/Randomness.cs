namespace Perfmon.Tests.Sets.Simulation;

/// <summary>Draws from distributions. <see cref="Random"/> with a seed gives the same numbers on every machine.</summary>
internal sealed class Randomness(int seed)
{
    private const double MostToCount = 50;

    private readonly Random _random = new(seed);

    public double Uniform(double low, double high) => low + (_random.NextDouble() * (high - low));

    /// <summary>Even in the logarithm, as rates of different programs are.</summary>
    public double LogUniform(double low, double high) => Math.Exp(Uniform(Math.Log(low), Math.Log(high)));

    public double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());

    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    public ulong Poisson(double mean)
    {
        if (mean > MostToCount)
            return (ulong)Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * Normal())));

        var count = 0UL;
        for (var product = _random.NextDouble(); product > Math.Exp(-mean); product *= _random.NextDouble())
        {
            count++;
        }

        return count;
    }

    public int Below(int limit) => _random.Next(limit);
}
