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
        var root = new RootCommand("Counts and samples what the kernel and the CPU's counters can tell of commands, threads, processes and CPUs.");
        foreach (var command in Commands(args is [var name, ..] ? name : ""))
        {
            root.Add(command);
        }

        return await Invocation.RunAsync(root, args).ConfigureAwait(false);
    }

    // Their options are many, and to make them all takes a tenth of a short run: where the first word is a command's, the others are not made.
    private static Command[] Commands(string name) => name switch
    {
        "stat" => [StatCommand.Create()],
        "record" => [RecordCommand.Create()],
        "report" => [ReportCommand.Create()],
        "export" => [ExportCommand.Create()],
        "top" => [TopCommand.Create()],
        "list" => [ListCommand.Create()],
        "info" => [InfoCommand.Create()],
        "kvm" => [KvmCommand.Create()],
        _ =>
        [
            StatCommand.Create(), RecordCommand.Create(), ReportCommand.Create(), ExportCommand.Create(), TopCommand.Create(), ListCommand.Create(),
            InfoCommand.Create(), KvmCommand.Create(),
        ],
    };
}
