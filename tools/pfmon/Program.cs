using System.CommandLine;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Export;
using Perfmon.Tool.Info;
using Perfmon.Tool.Kvm;
using Perfmon.Tool.List;
using Perfmon.Tool.Record;
using Perfmon.Tool.Report;
using Perfmon.Tool.Stat;
using Perfmon.Tool.Top;

namespace Perfmon.Tool;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var root = new RootCommand("Counts and samples what the kernel and the CPU's counters can tell of commands, threads, processes and CPUs.")
        {
            StatCommand.Create(),
            RecordCommand.Create(),
            ReportCommand.Create(),
            ExportCommand.Create(),
            TopCommand.Create(),
            ListCommand.Create(),
            InfoCommand.Create(),
            KvmCommand.Create(),
        };
        return await Invocation.RunAsync(root, args).ConfigureAwait(false);
    }
}
