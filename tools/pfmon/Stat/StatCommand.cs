using System.CommandLine;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Stat.Sets;

namespace Perfmon.Tool.Stat;

/// <summary><c>pfmon stat</c>: counts events of a command or of what runs already.</summary>
internal static class StatCommand
{
    public static Command Create()
    {
        var options = new StatOptions();
        var command = new Command("stat", "Counts events of a command, or of threads, processes, CPUs or a cgroup that run already.");
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.Add(options.Command);
        command.SetAction((result, _) => RunAsync(options.Read(result)));
        return command;
    }

    private static async Task<int> RunAsync(StatRequest request)
    {
        using var file = request.OutputPath is { } path ? ResultFile.Create(path) : null;
        using var slices = SliceSinks.Open(request.Sets);
        var format = StatFormat.Create(request.Format, file?.Writer);
        using var interruption = new Interruption();
        var result = await new StatRunner(request, interruption, slices).RunAsync(format.Write).ConfigureAwait(false);
        format.Write(result);
        file?.Commit();
        slices.Commit(result);
        return result.ExitCode ?? CommandLine.ExitCode.Success;
    }
}
