using System.Text;

namespace Perfmon.Tool.Plot;

/// <summary>
/// The segments of a curve's line, band and bridges. Steps, not slopes: a bin's rate is the mean over all of it, and a bin between two holes is seen as well.
/// </summary>
internal static class StepPath
{
    /// <summary>The rate: a flat line over each bin, with a break at holes.</summary>
    public static string Line(RateCurve curve, TimeAxis time, RateAxis rates)
    {
        var path = new StringBuilder();
        foreach (var run in Runs(curve, bin => !bin.IsHole))
        {
            path.Append('M').Append(X(time, run[0].Start)).Append(' ').Append(Y(rates, run[0].Rate));
            Steps(path, run, time, rates, bin => bin.Rate);
        }

        return path.ToString();
    }

    /// <summary>The area between the ends of the intervals, where they are apart.</summary>
    public static string Band(RateCurve curve, TimeAxis time, RateAxis rates)
    {
        var path = new StringBuilder();
        foreach (var run in Runs(curve, bin => bin.High > bin.Low))
        {
            path.Append('M').Append(X(time, run[0].Start)).Append(' ').Append(Y(rates, run[0].High));
            Steps(path, run, time, rates, bin => bin.High);
            path.Append('V').Append(Y(rates, run[^1].Low));
            // Back along the lower ends, so each step is over the bin before it.
            for (var i = run.Count - 1; i > 0; i--)
            {
                Step(path, X(time, run[i].Start), Y(rates, run[i].Low), Y(rates, run[i - 1].Low));
            }

            path.Append('H').Append(X(time, run[0].Start)).Append('Z');
        }

        return path.ToString();
    }

    /// <summary>Over each hole between two bins a straight line from the one's end to the other's beginning.</summary>
    public static string Bridges(RateCurve curve, TimeAxis time, RateAxis rates)
    {
        var path = new StringBuilder();
        var runs = Runs(curve, bin => !bin.IsHole).ToList();
        foreach (var (before, after) in runs.Zip(runs.Skip(1), (before, after) => (before[^1], after[0])))
        {
            path.Append('M').Append(X(time, before.End)).Append(' ').Append(Y(rates, before.Rate));
            path.Append('L').Append(X(time, after.Start)).Append(' ').Append(Y(rates, after.Rate));
        }

        return path.ToString();
    }

    private static void Steps(StringBuilder path, List<RateBin> run, TimeAxis time, RateAxis rates, Func<RateBin, double?> value)
    {
        for (var i = 1; i < run.Count; i++)
        {
            Step(path, X(time, run[i].Start), Y(rates, value(run[i - 1])), Y(rates, value(run[i])));
        }

        path.Append('H').Append(X(time, run[^1].End));
    }

    // To the border at the height so far, and on to the next height. Where both are the same the line just goes on.
    private static void Step(StringBuilder path, string border, string height, string next)
    {
        if (height != next)
        {
            path.Append('H').Append(border).Append('V').Append(next);
        }
    }

    private static IEnumerable<List<RateBin>> Runs(RateCurve curve, Func<RateBin, bool> isIn)
    {
        var run = new List<RateBin>();
        foreach (var bin in curve.Bins)
        {
            if (isIn(bin))
            {
                run.Add(bin);
                continue;
            }

            if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }

    private static string X(TimeAxis time, ulong value) => SvgWriter.Number(time.Place(value));

    private static string Y(RateAxis rates, double? value) => SvgWriter.Number(rates.Place(value ?? 0));
}
