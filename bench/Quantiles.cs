namespace Perfmon.Bench;

/// <summary>Quantiles of what rounds gave: what falls on few of them does not move these.</summary>
internal static class Quantiles
{
    public static double Of(IReadOnlyCollection<double> values, double share) => values.Order().ElementAt((int)(share * (values.Count - 1)));

    public static double Median(IReadOnlyCollection<double> values) => Of(values, 0.5);
}
