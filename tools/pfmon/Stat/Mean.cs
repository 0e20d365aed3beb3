using MathNet.Numerics.Distributions;

namespace Perfmon.Tool.Stat;

/// <summary>The mean of a sample, and the 95 % interval of the mean by Student's t: m ± t(0.975, n-1) · s / √n.</summary>
/// <param name="Value">The mean.</param>
/// <param name="Low">The lower end; null for a sample of one, which tells nothing of its error.</param>
/// <param name="High">The upper end.</param>
internal readonly record struct Mean(decimal Value, decimal? Low, decimal? High)
{
    private const int Digits = 3;

    public static Mean Of(IReadOnlyList<decimal> sample)
    {
        var mean = sample.Sum() / sample.Count;
        if (sample.Count < 2)
        {
            return new Mean(mean, null, null);
        }

        var half = Math.Round((decimal)HalfOf([.. sample.Select(x => (double)(x - mean))]), Digits);
        mean = Math.Round(mean, Digits);
        return new Mean(mean, mean - half, mean + half);
    }

    /// <summary>Half the interval of the mean of <paramref name="sample"/>, which has two values at least.</summary>
    public static double HalfOf(IReadOnlyList<double> sample)
    {
        var mean = sample.Average();
        var variance = sample.Sum(x => (x - mean) * (x - mean)) / (sample.Count - 1);
        return StudentT.InvCDF(location: 0, scale: 1, freedom: sample.Count - 1, p: 0.975) * Math.Sqrt(variance / sample.Count);
    }
}
