using System.CommandLine;
using System.Globalization;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Sample;
using static Perfmon.Tool.CommandLine.OptionValues;

namespace Perfmon.Tool.Top;

/// <summary><c>pfmon top</c>: the functions that are sampled most, live.</summary>
internal static class TopCommand
{
    private const string UsualDelay = "2";
    private const double LongestDelay = 86_400;

    public static Command Create()
    {
        var options = new SampleOptions();
        var delay = new Option<string?>("--delay", "-d") { Description = $"Seconds from one table to the next; {UsualDelay} without.", HelpName = "SECONDS" };
        var tables = new Option<string?>("--iterations", "-n") { Description = "Print N plain tables and end.", HelpName = "N" };
        var rows = new Option<string?>("--rows") { Description = "The most functions of a table.", HelpName = "N" };
        var command = new Command("top", "Shows the functions that a command, threads, processes, CPUs or a cgroup spend their time in, live; all CPUs where nothing is named.");
        foreach (var option in options.All.Concat([delay, tables, rows]))
        {
            command.Add(option);
        }

        command.Add(options.Command);
        command.SetAction((result, _) => RunAsync(new TopRequest(
            options.Read(result, usual: Target.AllCpus), Delay(result.GetValue(delay) ?? UsualDelay), result.Positive(tables), result.Positive(rows))));
        return command;
    }

    private static async Task<int> RunAsync(TopRequest request)
    {
        using var interruption = new Interruption();
        using var run = SampleRun.Open(request.Sample);
        interruption.Command = run.Command;
        using var view = new TopView(request, run);
        run.Start();
        var reading = Task.Factory.StartNew(() => view.Run(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await run.WaitAsync(interruption, reading).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        view.Finish();
        return run.ExitCode;
    }

    private static TimeSpan Delay(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0.05 and <= LongestDelay
            ? TimeSpan.FromSeconds(seconds)
            : throw ToolException.WrongUsage($"-d: '{text}' is not a number of seconds from 0.05 to {LongestDelay}.");
}
