using System.Globalization;
using Perfmon.Sampling.PerfData;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling.PerfData;

/// <summary>The real perf: it records for us, and it reads what we wrote.</summary>
internal static class Perf
{
    /// <summary>A sample as <c>perf script</c> lists it.</summary>
    public readonly record struct Sample(int Tid, ulong Time, string Event);

    // Rings of 16 MiB: on a busy machine perf may not come to read for long, and what it then loses is nobody's fault here.
    private const string Pages = "4096";

    /// <summary>Records <paramref name="command"/> to <paramref name="file"/>.</summary>
    public static void Record(string file, string[] options, params string[] command)
    {
        Requires.Command("perf");
        var result = RunResult.Run("perf", ["record", "-q", "-m", Pages, "-o", file, .. options, .. command]);
        Assert.True(result.ExitCode == 0, $"perf record: {result.Error}");
    }

    /// <summary>Records to a pipe, whose bytes go to <paramref name="file"/>.</summary>
    public static void RecordPipe(string file, string[] options, params string[] command) => Shell($"perf record -q -m {Pages} -o - {string.Join(' ', options)} {string.Join(' ', command)} > {file}");

    /// <summary>The samples of a file in the order of their times.</summary>
    public static List<Sample> Script(string file) => Parse(Shell($"perf script -i {file} --ns -F tid,time,event"));

    /// <summary>The same, read from a pipe.</summary>
    public static List<Sample> ScriptPipe(string file) => Parse(Shell($"cat {file} | perf script -i - --ns -F tid,time,event"));

    /// <summary>What a command of a shell prints; it has to succeed.</summary>
    public static string Shell(string command)
    {
        Requires.Command("perf");
        var result = RunResult.Run("sh", ["-c", command]);
        Assert.True(result.ExitCode == 0, $"{command}: {result.Error}");
        return result.Output;
    }

    /// <summary>The samples as this library reads them, each of which has to be complete.</summary>
    public static List<Sample> Ours(string file, out PerfDataReader reader)
    {
        reader = PerfDataReader.Open(file, new PerfDataOptions { InTimeOrder = true });
        var samples = new List<Sample>();
        while (reader.TryRead(out var record))
        {
            if (record.Type == RecordType.Sample)
            {
                Assert.True(record.TryAsSample(out var sample));
                Assert.True(sample.IsComplete);
                samples.Add(new Sample(sample.Tid, sample.Time, Plain(reader.EventOf(record)!.Name)));
            }
        }

        return samples;
    }

    // "  4711  2661.809503764: cpu-clock:ppp: " and, without an event's callchain, nothing more.
    private static List<Sample> Parse(string output)
    {
        var samples = new List<Sample>();
        foreach (var line in output.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [var tid, var time, var name, ..] && int.TryParse(tid, CultureInfo.InvariantCulture, out var number) && time.Contains('.', StringComparison.Ordinal))
            {
                samples.Add(new Sample(number, ulong.Parse(time.Replace(".", "", StringComparison.Ordinal).TrimEnd(':'), CultureInfo.InvariantCulture), Plain(name)));
            }
        }

        return samples;
    }

    // perf adds modifiers that it chose itself: cpu-clock:ppp.
    private static string Plain(string name) => name.TrimEnd(':').Split(":p")[0].Split(":u")[0];
}
