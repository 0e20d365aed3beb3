using System.CommandLine;
using Perfmon.Profiles;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;
using Perfmon.Tool.Recordings;

namespace Perfmon.Tool.Report;

/// <summary><c>pfmon report</c>: where a recording's samples were.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var options = new ReportOptions();
        var command = new Command("report", "Shows where the samples of a recording were: functions, modules, threads, or the tree of calls.");
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.Add(options.File);
        command.SetAction(parsed => Run(options.Read(parsed)));
        return command;
    }

    private static int Run(ReportRequest request)
    {
        using var samples = Recording.Open(request.File, request.Symbols);
        var choice = EventChoice.Of(samples, request.Event);
        var profile = new Profile(choice.Description);
        using var flame = request.FlamePath is { } path ? FlameFile.Create(path, samples, request.Event) : null;
        Recording.Read(samples, [choice.For(profile.Add), .. flame is null ? [] : new[] { flame.Consumer }]);
        RecordingNotes.RequireSamples(samples, request.File);
        profile.Report(samples.Losses);
        flame?.Commit(samples.Losses);
        if (request.IsJson)
        {
            ReportJson.Write(Console.Out, request, samples, profile);
        }
        else
        {
            new ReportText(Terminal.Output, request).Write(samples, profile);
        }

        return ExitCode.Success;
    }
}
