using System.CommandLine;
using Perfmon.Profiles;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Perfmon.Tool.Recordings;
using Perfmon.Tool.Stat;
using Spectre.Console;

namespace Perfmon.Tool.Export;

/// <summary><c>pfmon export</c>: a recording in the formats of other viewers.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var recording = new RecordingOptions();
        var format = new Option<string>("--to")
        {
            Description = $"The format: {string.Join(", ", ProfileFormat.All.Select(one => one.Name))}; {ExportRequest.PerfData} for a plain perf.data file.",
            HelpName = "FORMAT",
            Required = true,
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Write to FILE; - for standard output. [default: the recording's name with the format's ending]",
            HelpName = "FILE",
        };
        var command = new Command("export", "Writes a recording in a format that other viewers open.") { format, output };
        foreach (var option in recording.All)
        {
            command.Add(option);
        }

        command.Add(recording.File);
        command.SetAction(parsed => Run(new ExportRequest(
            recording.FileOf(parsed), parsed.GetValue(format)!, parsed.GetValue(output), recording.EventOf(parsed), recording.SymbolsOf(parsed))));
        return command;
    }

    private static int Run(ExportRequest request)
    {
        if (request.Format == ExportRequest.PerfData)
        {
            return PerfDataExport.Run(request);
        }

        if (!ProfileFormat.All.Any(one => one.Name == request.Format))
        {
            var names = ProfileFormat.All.Select(one => one.Name).Append(ExportRequest.PerfData);
            throw ToolException.WrongUsage($"--to: there is no format {request.Format}.\nThere are:  {string.Join("  ", names)}");
        }

        var format = ProfileFormat.Named(request.Format);
        using var samples = Recording.Open(request.File, request.Symbols);
        var choice = format.HasOneEvent ? EventChoice.Single(samples, request.Event, format.Name) : EventChoice.Of(samples, request.Event);
        using var file = request.OutputPath == Recording.Standard ? null : ResultFile.Create(request.OutputPath);
        using var standard = file is null ? Console.OpenStandardOutput() : null;
        using var exporter = format.CreateExporter(file?.Stream ?? standard!, choice.Description);
        Recording.Read(samples, [choice.For(exporter.Add)]);
        RecordingNotes.RequireSamples(samples, request.File);
        var totals = exporter.Complete(samples.Losses);
        file?.Commit();
        var events = choice.Description.Events.Zip(totals.Events, (one, total) => $"{total.Samples:N0} samples of {one.Name}");
        Tell(request, string.Join(", ", events), totals.Losses, samples.Notes);
        return ExitCode.Success;
    }

    /// <summary>Says what was written, and what is missing of it, on standard error.</summary>
    public static void Tell(ExportRequest request, string what, ProfileLosses losses, IReadOnlyList<string> notes)
    {
        var console = Terminal.Error;
        console.WriteLine($"{(request.OutputPath == Recording.Standard ? "Written" : request.OutputPath)}: {what}; lost: {RecordingNotes.Lost(losses)}.");
        foreach (var note in RecordingNotes.Shown(notes))
        {
            console.WriteLine(note, Terminal.Warning);
        }
    }
}
