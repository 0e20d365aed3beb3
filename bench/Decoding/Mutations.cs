using System.Diagnostics;
using Perfmon.Native.Abi;
using Perfmon.Sampling.PerfData;
using Perfmon.Tests.Sampling.PerfData;

namespace Perfmon.Bench.Decoding;

/// <summary>Reads perf.data files with bytes that nobody wrote: whatever they are, reading ends, and without an exception but a refusal.</summary>
internal static class Mutations
{
    private const int PerReport = 10_000;

    /// <param name="count">How many of each kind of file.</param>
    public static int Run(int count)
    {
        Console.WriteLine("| file | bytes | changed files read | refused | with damage | each |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|");
        foreach (var (name, file) in Files())
        {
            var began = Stopwatch.GetTimestamp();
            var refused = 0;
            var damaged = 0;
            for (var read = 0; read < count; read += PerReport)
            {
                var mutator = new FileMutator(file, seed: read);
                mutator.ReadSome(Math.Min(PerReport, count - read));
                refused += mutator.Refused;
                damaged += mutator.WithDamage;
            }

            Console.WriteLine($"| {name} | {file.Length:N0} | {count:N0} | {refused:N0} | {damaged:N0} | {Stopwatch.GetElapsedTime(began).TotalMicroseconds / count:N0} µs |");
        }

        return 0;
    }

    private static IEnumerable<(string Name, byte[] File)> Files()
    {
        var folder = Directory.CreateTempSubdirectory("perfmon-mutations-").FullName;
        try
        {
            var path = Path.Combine(folder, "perf.data");
            using (var writer = PerfDataWriter.Create(path, [Event()], PerfDataFeatures.OfThisMachine("bench", "bench", "mutations")))
            {
                Write(writer);
            }

            yield return ("a file", File.ReadAllBytes(path));

            var stream = new MemoryStream();
            using (var writer = PerfDataWriter.ToPipe(stream, [Event()], PerfDataFeatures.OfThisMachine("bench", "bench", "mutations")))
            {
                Write(writer);
            }

            yield return ("a pipe", stream.ToArray());

            if (Perf("record", "-q", "-z", "-e", "cpu-clock", "-c", "100000", "-o", path, "true"))
            {
                yield return ("a compressed file of perf", File.ReadAllBytes(path));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PerfDataEvent Event() => new("cpu-clock", new PerfEventAttr
    {
        Type = (uint)PerfTypeId.Software, SamplePeriod = 1_000_000, Flags = PerfEventAttrFlags.SampleIdAll,
        SampleType = SampleBuffer.Fields | PerfSampleFormat.Identifier | PerfSampleFormat.Callchain,
    }, [1]);

    private static void Write(PerfDataWriter writer)
    {
        var records = SampleBuffer.Small();
        for (var round = 0; round < 3; round++)
        {
            writer.Write(records);
            writer.FinishRound();
        }

        writer.Complete();
    }

    private static bool Perf(params string[] arguments)
    {
        try
        {
            using var process = Process.Start("perf", arguments);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
