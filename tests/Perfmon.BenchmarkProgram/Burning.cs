using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;

namespace Perfmon.BenchmarkProgram;

/// <summary>A benchmark that spends its time in one method, whose name a profile is to have.</summary>
public class Burning
{
    [Benchmark]
    public double Burn() => BurnHere(20_000);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double BurnHere(int rounds)
    {
        var sum = 0.0;
        for (var i = 1; i < rounds; i++)
        {
            sum += Math.Sqrt(i) / i;
        }

        return sum;
    }
}
