using System.Diagnostics;
using System.Reflection;
using BenchmarkDotNet.Attributes;
using Perfmon.Bench.Comparisons;

namespace Perfmon.Bench;

/// <summary>
/// Both sides of each comparison in turn, in rounds much shorter than a scheduler's slice: what else the machine does falls on both, and
/// medians leave out what falls on one. On a machine that is shared this ratio can be trusted where times cannot.
/// </summary>
internal static class Quick
{
    private const int FewestRounds = 61;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(3);

    private static readonly Comparison[] s_comparisons =
    [
        new ReadOf1(),
        new ReadOf8(),
        new OpenAndClose(),
        new SessionLifetime(),
        new NamedSessionLifetime(),
        new AttachToProcess(),
        new AttachToProcessAlike(),
    ];

    /// <param name="words">Only comparisons with one of these in their names; all, when there is none.</param>
    public static void Run(string[] words)
    {
        Console.WriteLine($"{Machine.Description}\nmedians over rounds of C and C# in turn; quartiles of the rounds' own ratios\n");
        Console.WriteLine("| one operation | C | C# | C# / C | quartiles | rounds | bytes allocated |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (var comparison in s_comparisons.Where(one => words is [] || words.Any(word => one.Name.Contains(word, StringComparison.OrdinalIgnoreCase))))
        {
            comparison.SetUp();
            Print(comparison);
            comparison.CleanUp();
        }
    }

    private static void Print(Comparison comparison)
    {
        var operations = comparison.GetType().GetMethod(nameof(Comparison.CSharp))!.GetCustomAttribute<BenchmarkAttribute>()!.OperationsPerInvoke;
        WarmUp(comparison.C);
        WarmUp(comparison.CSharp);
        var c = new List<double>();
        var csharp = new List<double>();
        var allocated = 0L;
        for (var began = Stopwatch.GetTimestamp(); c.Count < FewestRounds || Stopwatch.GetElapsedTime(began) < s_time;)
        {
            c.Add(Nanoseconds(comparison.C) / operations);
            var before = GC.GetAllocatedBytesForCurrentThread();
            csharp.Add(Nanoseconds(comparison.CSharp) / operations);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var ratios = csharp.Zip(c, (mine, theirs) => mine / theirs).ToList();
        Console.WriteLine(
            $"| {comparison.Name} | {Text(Quantiles.Median(c))} | {Text(Quantiles.Median(csharp))} | {Quantiles.Median(csharp) / Quantiles.Median(c):F2} "
            + $"| {Quantiles.Of(ratios, 0.25):F2} to {Quantiles.Of(ratios, 0.75):F2} | {c.Count:N0} | {allocated / ((long)c.Count * operations):N0} |");
    }

    // Until the code is compiled for good.
    private static void WarmUp(Action side)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < s_warmUp;)
        {
            side();
        }
    }

    private static double Nanoseconds(Action side)
    {
        var began = Stopwatch.GetTimestamp();
        side();
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds;
    }

    private static string Text(double nanoseconds) => nanoseconds switch
    {
        < 1e4 => $"{nanoseconds:N0} ns",
        < 1e6 => $"{nanoseconds / 1e3:N1} µs",
        _ => $"{nanoseconds / 1e6:N1} ms",
    };
}
