using System.Diagnostics;
using System.Text.Json;

namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>
/// A process of its own that runs a benchmark. It finds what it is to count in a folder that its environment names, by a startup hook of .NET, and leaves its report there.
/// </summary>
internal sealed class ChildProcess : ICountedProcess
{
    private const string FolderVariable = "PERFMON_BENCHMARK";
    private const string HooksVariable = "DOTNET_STARTUP_HOOKS";
    private const string RequestFile = "request.json";
    private const string ReportFile = "report.json";
    private const char Separator = ':';

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-benchmark-").FullName;

    private ChildProcess()
    {
    }

    /// <summary>Makes a process that is about to start count itself.</summary>
    public static ChildProcess Prepare(CountingRequest request, ProcessStartInfo start)
    {
        var child = new ChildProcess();
        request.Write(Path.Join(child._folder, RequestFile));
        start.Environment[FolderVariable] = child._folder;
        start.Environment.TryGetValue(HooksVariable, out var others);
        start.Environment[HooksVariable] = string.IsNullOrEmpty(others) ? Hook(start) : $"{Hook(start)}{Separator}{others}";
        return child;
    }

    /// <summary>What a process that was prepared does first: it listens to the engine. What it starts itself is left alone.</summary>
    public static void Enter()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } folder)
        {
            return;
        }

        Environment.SetEnvironmentVariable(FolderVariable, null);
        var hooks = (Environment.GetEnvironmentVariable(HooksVariable) ?? "").Split(Separator);
        Environment.SetEnvironmentVariable(HooksVariable, hooks is [_, .. { Length: > 0 } others] ? string.Join(Separator, others) : null);
        var report = Path.Join(folder, ReportFile);

        // Nobody collects it: the runtime keeps listeners as long as they listen.
        _ = new IterationListener(CountingRequest.Read(Path.Join(folder, RequestFile))) { Finished = result => result.Write(report) };
    }

    public CountingReport Finish()
    {
        var path = Path.Join(_folder, ReportFile);
        try
        {
            return File.Exists(path)
                ? CountingReport.Read(path)
                : CountingReport.Failed("the benchmark's process left no report: it failed, or its runtime runs no startup hooks (NativeAOT, Mono, .NET before 10)");
        }
        catch (Exception damaged) when (damaged is IOException or JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return CountingReport.Failed($"the report of the benchmark's process cannot be read: {damaged.Message}");
        }
    }

    public void Close() => Directory.Delete(_folder, recursive: true);

    // The copy that the benchmark's own program has, so that it and this are one and the same there.
    private static string Hook(ProcessStartInfo start)
    {
        var here = typeof(ChildProcess).Assembly.Location;
        string?[] folders = [start.WorkingDirectory, Path.GetDirectoryName(start.FileName)];
        return folders.Where(folder => !string.IsNullOrEmpty(folder)).Select(folder => Path.Join(folder, Path.GetFileName(here))).FirstOrDefault(File.Exists) ?? here;
    }
}
