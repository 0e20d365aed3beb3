using System.CommandLine;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Export;
using Perfmon.Tool.Info;
using Perfmon.Tool.List;
using Perfmon.Tool.Report;
using Perfmon.Tool.Stat;

namespace Perfmon.Tool;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Counts what the kernel and the CPU's counters can tell of commands, threads, processes and CPUs.")
        {
            StatCommand.Create(),
            ReportCommand.Create(),
            ExportCommand.Create(),
            ListCommand.Create(),
            InfoCommand.Create(),
        };
        return await Invocation.RunAsync(root, args).ConfigureAwait(false);
    }
}
