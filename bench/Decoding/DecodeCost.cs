using System.Diagnostics;
using System.Runtime.InteropServices;
using Perfmon.Sampling.Records;

namespace Perfmon.Bench.Decoding;

/// <summary>
/// How fast records are decoded: every field of every sample of a buffer, beside C that does the same, and beside a copy of the buffer. By turns, in one
/// thread; medians of the rounds.
/// </summary>
internal static class DecodeCost
{
    private const int Rounds = 201;
    private static readonly TimeSpan s_warmUp = TimeSpan.FromMilliseconds(800);

    private static readonly nint s_library = NativeLibrary.Load(CCompiler.Compile("decode_peer.c", "libdecodepeer.so", "-shared", "-fPIC"));
    private static readonly DecodeFunction s_decode =
        Marshal.GetDelegateForFunctionPointer<DecodeFunction>(NativeLibrary.GetExport(s_library, "peer_decode"));

    private static readonly DecodeByIdFunction s_decodeById =
        Marshal.GetDelegateForFunctionPointer<DecodeByIdFunction>(NativeLibrary.GetExport(s_library, "peer_decode_by_id"));

    private static readonly AddEventFunction s_addEvent =
        Marshal.GetDelegateForFunctionPointer<AddEventFunction>(NativeLibrary.GetExport(s_library, "peer_add_event"));

    private static readonly CopyFunction s_copy = Marshal.GetDelegateForFunctionPointer<CopyFunction>(NativeLibrary.GetExport(s_library, "peer_copy"));

    private delegate ulong DecodeFunction(byte[] records, long size, int hasCallchain);

    private delegate ulong DecodeByIdFunction(byte[] records, long size);

    private delegate void AddEventFunction(ulong id, int hasAddress, int hasCallchain);

    private delegate void CopyFunction(byte[] destination, byte[] source, long size);

    public static int Run()
    {
        Console.WriteLine($"{Machine.Description}\nmedians of {Rounds} rounds of C, C# and a copy in turn, over a buffer of {SampleBuffer.Size >> 20} MiB; quartiles of the rounds' own ratios\n");
        Console.WriteLine("| samples | bytes each | C, ns a record | C# | C# / C | quartiles | C#, million records/s | C#, GB/s | copy, GB/s | bytes allocated |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var buffer in SampleBuffer.All())
        {
            Print(buffer);
        }

        return 0;
    }

    private static void Print(SampleBuffer buffer)
    {
        var copy = new byte[buffer.Bytes.Length];
        var expected = 0UL;
        var sum = 0UL;
        s_addEvent(1, hasAddress: 0, buffer.Frames > 0 ? 1 : 0);
        s_addEvent(2, hasAddress: 1, buffer.Frames > 0 ? 1 : 0);
        Action c = buffer.HasIdentifier
            ? () => expected = s_decodeById(buffer.Bytes, buffer.Bytes.Length)
            : () => expected = s_decode(buffer.Bytes, buffer.Bytes.Length, buffer.Frames > 0 ? 1 : 0);
        Action csharp = buffer.HasIdentifier
            ? () => sum = SumWithAddresses(buffer.Formats, buffer.Bytes)
            : () => sum = Sum(buffer.Formats, buffer.Bytes);
        Action copying = () => s_copy(copy, buffer.Bytes, buffer.Bytes.Length);

        foreach (var side in (Action[])[c, csharp, copying])
        {
            for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < s_warmUp;)
            {
                side();
            }
        }

        if (sum != expected)
        {
            throw new InvalidOperationException($"C and C# differ: {expected:x} and {sum:x}.");
        }

        var cTimes = new double[Rounds];
        var csharpTimes = new double[Rounds];
        var copyTimes = new double[Rounds];
        var allocated = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            cTimes[round] = Nanoseconds(c);
            var before = GC.GetAllocatedBytesForCurrentThread();
            csharpTimes[round] = Nanoseconds(csharp);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            copyTimes[round] = Nanoseconds(copying);
        }

        var ratios = csharpTimes.Zip(cTimes, (mine, theirs) => mine / theirs).ToList();
        var median = Quantiles.Median(csharpTimes);
        Console.WriteLine(
            $"| {buffer.Name} | {(double)buffer.Bytes.Length / buffer.Records:N0} | {Quantiles.Median(cTimes) / buffer.Records:N2} | {median / buffer.Records:N2} "
            + $"| {median / Quantiles.Median(cTimes):N2} | {Quantiles.Of(ratios, 0.25):N2} to {Quantiles.Of(ratios, 0.75):N2} | {buffer.Records * 1e3 / median:N0} "
            + $"| {buffer.Bytes.Length / median:N1} | {buffer.Bytes.Length / Quantiles.Median(copyTimes):N1} | {allocated} |");
    }

    private static ulong Sum(RecordFormats formats, ReadOnlySpan<byte> bytes)
    {
        var sum = 0UL;
        foreach (var record in formats.Read(bytes))
        {
            if (record.TryAsSample(out var sample))
            {
                sum += sample.Ip + (uint)sample.Pid + (uint)sample.Tid + sample.Time + (uint)sample.Cpu + sample.Period;
                foreach (var entry in sample.Callchain)
                {
                    sum += entry;
                }
            }
        }

        return sum;
    }

    private static ulong SumWithAddresses(RecordFormats formats, ReadOnlySpan<byte> bytes)
    {
        var sum = 0UL;
        foreach (var record in formats.Read(bytes))
        {
            if (record.TryAsSample(out var sample))
            {
                sum += sample.Ip + (uint)sample.Pid + (uint)sample.Tid + sample.Time + sample.Address + (uint)sample.Cpu + sample.Period;
                foreach (var entry in sample.Callchain)
                {
                    sum += entry;
                }
            }
        }

        return sum;
    }

    private static double Nanoseconds(Action side)
    {
        var began = Stopwatch.GetTimestamp();
        side();
        return Stopwatch.GetElapsedTime(began).TotalNanoseconds;
    }
}
