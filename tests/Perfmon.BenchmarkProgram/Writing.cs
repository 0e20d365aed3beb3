using System.Diagnostics;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;

namespace Perfmon.BenchmarkProgram;

/// <summary>
/// A benchmark that writes each of six variables once in an operation of 100 µs, which it takes whether a write is watched or not. A CPU watches four addresses at a time.
/// </summary>
public class Writing
{
    private static readonly TimeSpan s_duration = TimeSpan.FromMicroseconds(100);
    private static readonly long[] s_variables = GC.AllocateArray<long>(6, pinned: true);

    /// <summary>Writes to each of them, as events; of this process only.</summary>
    public static string[] Events { get; } =
        [.. s_variables.Select((_, i) => $"mem:0x{Marshal.UnsafeAddrOfPinnedArrayElement(s_variables, i):x}/8:w:u")];

    [Benchmark]
    public void WriteAll()
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < s_variables.Length; i++)
        {
            Volatile.Write(ref s_variables[i], i);
        }

        while (Stopwatch.GetElapsedTime(began) < s_duration)
        {
        }
    }
}
