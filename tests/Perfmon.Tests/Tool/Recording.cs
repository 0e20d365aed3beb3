using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Profiles;
using Perfmon.Sampling.PerfData;
using Perfmon.Symbols;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Tool;

/// <summary>A folder for a recording of <c>pfmon record</c>, and what perf finds in it.</summary>
internal sealed partial class Recording : IDisposable
{
    // PERF_RECORD_FINISHED_ROUND, of 8 bytes.
    private static readonly byte[] s_finishedRound = [68, 0, 0, 0, 0, 0, 8, 0];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-record-").FullName;

    public string Path => System.IO.Path.Combine(_folder, "perf.data");

    /// <summary>A program under a name of its own: other tests run it at the same time, and all CPUs are recorded.</summary>
    public string Link(string program, string name) => File.CreateSymbolicLink(System.IO.Path.Combine(_folder, name), program).FullName;

    public RunResult Run(params string[] arguments) => Pfmon.Run(["record", "-o", Path, .. arguments]);

    /// <summary>Starts a recording and returns once it samples.</summary>
    public Pfmon Start(params string[] arguments)
    {
        var pfmon = Pfmon.Start(["record", "-o", Path, .. arguments]);

        // What runs is written when sampling has begun, and ends the first round.
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path) && File.ReadAllBytes(Path).AsSpan().IndexOf(s_finishedRound) >= 0, s_patience), "pfmon did not begin.");
        return pfmon;
    }

    /// <summary>What <c>perf script</c> lists: a line for each sample.</summary>
    public string[] Script(params string[] arguments)
    {
        Requires.Command("perf");
        return Lines(RunResult.Run("perf", ["script", "-i", Path, .. arguments]).Succeeded().Output);
    }

    /// <summary>The function of each sample, by the file and the perf maps of this machine.</summary>
    public List<string> Functions()
    {
        using var reader = PerfDataReader.Open(Path);
        using var symbolizer = new Symbolizer(new SymbolizerOptions { ProcessesAreLive = false, PerfMapFolder = "/tmp" });
        var samples = new SampleSymbolizer(symbolizer);
        var functions = new List<string>();
        while (reader.TryRead(out var record))
        {
            if (samples.TryTake(record, 0, 1, out var sample))
            {
                functions.Add(sample.Frames is [var frame, ..] ? frame.Function : "");
            }
        }

        return functions;
    }

    public static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>How many samples and how many lost ones pfmon tells of.</summary>
    public static (int Samples, int Lost) Told(string error)
    {
        var match = LastLine().Match(error);
        Assert.True(match.Success, error);
        return (Number(match.Groups[1].Value), Number(match.Groups[2].Value));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static int Number(string text) => text.Length == 0 ? 0 : int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\[ pfmon record: [\d.]+ k?M?B, ([\d,]+) samples?(?: \(([\d,]+) lost\))? -> \S+ \]\n$")]
    private static partial Regex LastLine();
}
