using System.CommandLine;
using Perfmon.Host;
using Perfmon.Sampling;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Perfmon.Tool.Sample;
using Spectre.Console;

namespace Perfmon.Tool.Record;

/// <summary><c>pfmon record</c>: samples into a file that <c>perf</c> reads too.</summary>
internal static class RecordCommand
{
    private const string UsualPath = "perf.data";

    public static Command Create()
    {
        var options = new SampleOptions();
        var output = new Option<string?>("--output", "-o")
        {
            Description = $"The file; - for a pipe on standard output. {UsualPath} without. What is there is kept with .old behind its name.",
            HelpName = "FILE",
        };
        var command = new Command("record", "Samples a command, or threads, processes, CPUs or a cgroup that run already, into a file that perf reads too.");
        foreach (var option in options.All.Append(output))
        {
            command.Add(option);
        }

        command.Add(options.Command);
        command.SetAction((result, _) => RunAsync(options.Read(result), result.GetValue(output) ?? UsualPath));
        return command;
    }

    private static async Task<int> RunAsync(SampleRequest request, string path)
    {
        RecordFile.Check(path);

        // Mappings are told with the build id of their file, so that it is found, or known to be another, later.
        if (HostDescription.Current.Kernel.AtLeast(5, 12))
        {
            request = request with { Options = request.Options with { SideBand = request.Options.SideBand | SideBand.BuildIds } };
        }

        using var interruption = new Interruption();
        using var run = SampleRun.Open(request, commandWritesToError: path == RecordFile.Pipe);
        interruption.Command = run.Command;
        using var file = RecordFile.Open(path, run.Session);
        run.Start();
        var writing = Task.Factory.StartNew(() => file.Record(run.Observe), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using (new RecordProgress(file, run))
        {
            await run.WaitAsync(interruption, writing).ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }

        foreach (var note in SampleNotes.Of(run.Session.Ledger, request.Options).Concat(run.Finish()))
        {
            Terminal.Error.WriteLine(note, Terminal.Warning);
        }

        var ledger = run.Session.Ledger;
        var samples = $"{ledger.Samples:N0} sample{(ledger.Samples == 1 ? "" : "s")}";
        Terminal.Error.WriteLine($"[ pfmon record: {ByteSize.Of(file.Length)}, {samples}{(ledger.Lost > 0 ? $" ({ledger.Lost:N0} lost)" : "")} -> {path} ]");
        return run.ExitCode;
    }
}
