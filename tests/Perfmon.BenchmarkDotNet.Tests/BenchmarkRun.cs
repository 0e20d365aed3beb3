using System.Globalization;
using Perfmon.Tests.Support;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>A run of Perfmon.BenchmarkProgram in a process of its own: what BenchmarkDotNet logged, and the metrics of its reports.</summary>
internal sealed class BenchmarkRun : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    private readonly string _folder;
    private readonly Dictionary<(string Method, string Metric), double> _metrics = [];

    private BenchmarkRun(RunResult result, string folder)
    {
        _folder = folder;
        ExitCode = result.ExitCode;
        Log = result.Output + result.Error;
        foreach (var words in result.Output.Split('\n').Where(line => line.StartsWith("= ", StringComparison.Ordinal)).Select(line => line.Split(' ')))
        {
            _metrics[(words[1], string.Join(' ', words[2..^1]))] = double.Parse(words[^1], CultureInfo.InvariantCulture);
        }
    }

    public int ExitCode { get; }

    public string Log { get; }

    /// <summary>The value of a metric; the test fails with the whole log where there is none.</summary>
    public double this[string method, string metric]
    {
        get
        {
            Assert.True(_metrics.TryGetValue((method, metric), out var value), $"no {metric} of {method}\n{Log}");
            return value;
        }
    }

    /// <summary>All metrics of a benchmark.</summary>
    public IEnumerable<(string Name, double Value)> Metrics(string method) =>
        _metrics.Where(metric => metric.Key.Method == method).Select(metric => (metric.Key.Metric, metric.Value));

    /// <summary>Whether a benchmark has the metric.</summary>
    public bool Has(string method, string metric) => _metrics.ContainsKey((method, metric));

    /// <summary>The cell of a column in the row of a method, as the table shows it.</summary>
    public string Cell(string method, string column)
    {
        var rows = Log.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(Cells).ToList();
        var header = Assert.Single(rows, row => row[0] == "Method");
        var index = Array.IndexOf(header, column);
        Assert.True(index >= 0, $"no column {column}\n{Log}");
        return Assert.Single(rows, row => row[0] == method)[index];
    }

    /// <summary>Whether the table has the column.</summary>
    public bool HasColumn(string column) => Log.Split('\n').Any(line => line.StartsWith("| Method ", StringComparison.Ordinal) && Cells(line).Contains(column));

    /// <summary>Files in the artifacts folder that end so.</summary>
    public string[] Files(string ending) => Directory.GetFiles(_folder, $"*{ending}", SearchOption.AllDirectories);

    /// <summary>Runs a class of the program; as this user, and where the program lies.</summary>
    public static BenchmarkRun Of(string toolchain, string type, params string[] words) => Of([], AppContext.BaseDirectory, toolchain, type, words);

    /// <summary>Runs a class of the program through another command.</summary>
    /// <param name="through">The command, such as one that takes rights away.</param>
    /// <param name="program">The folder that the program is run from.</param>
    /// <param name="toolchain">own, emit or noemit.</param>
    /// <param name="type">The class.</param>
    /// <param name="words">What the program takes besides.</param>
    public static BenchmarkRun Of(string[] through, string program, string toolchain, string type, params string[] words)
    {
        var artifacts = Directory.CreateTempSubdirectory("perfmon-bdn-").FullName;
        File.SetUnixFileMode(artifacts, (UnixFileMode)0b111_111_111);
        string[] line = [.. through, "dotnet", Path.Join(program, "Perfmon.BenchmarkProgram.dll"), toolchain, type, artifacts, .. words];

        // BenchmarkDotNet looks for the program's project from the current folder on.
        var start = $"cd '{program}' && exec \"$@\"";
        return new BenchmarkRun(RunResult.Run("sh", ["-c", start, "sh", .. line], s_patience), artifacts);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
}
