using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Perfmon.Tool.Kvm;

namespace Perfmon.Tool.CommandLine;

/// <summary>The help of System.CommandLine with examples below it.</summary>
internal sealed class ExamplesHelpAction(HelpAction help) : SynchronousCommandLineAction
{
    private static readonly Dictionary<string, string[]> s_examples = new()
    {
        ["pfmon"] =
        [
            "pfmon stat ls", "what a command costs",
            "pfmon record -g ls", "where it spends its time, into perf.data",
            "pfmon top", "the same of all CPUs, live",
            "pfmon list clock", "events with a word in them",
            "pfmon info", "what this machine and user can count, and how to get the rest",
        ],
        ["stat"] =
        [
            "pfmon stat ls -l", "the usual events of a command",
            "pfmon stat -e page-faults,task-clock -r 5 -- make -s", "five runs: mean and 95 % interval",
            "pfmon stat -M page-fault-rate,ipc -- make -s", "metrics, with the events that they need",
            "pfmon stat -M 'us = task-clock / page-faults / 1e3' -- ls", "a metric of your own",
            "pfmon stat --set page-faults --set context-switches -- make -s", "event sets that take turns, with estimates of their totals",
            "pfmon stat --set cycles --set branches --plot rates.svg make", "the same, drawn over time",
            "pfmon stat -e syscalls:sys_enter_openat -p 4711", "a process and what it starts, until Ctrl-C",
            "pfmon stat -a -I 1000 --timeout 10000", "all CPUs, each second, for ten seconds",
            "pfmon stat -a -- sleep 1", "all CPUs while a command runs",
            "pfmon stat --json -o result.json -- ls", "for programs",
        ],
        ["record"] =
        [
            "pfmon record -g -- make -s", "where a command and what it starts spend their time, with call chains",
            "pfmon record -g -p 4711", "a process, until Ctrl-C; methods of .NET get their names",
            "pfmon record -a -F 999 -- sleep 10", "all CPUs, for ten seconds",
            "pfmon record -e page-faults -c 1 -o faults.data ls", "each page fault",
            "pfmon record -e syscalls:sys_enter_openat -g ls", "each call of openat, with who made it",
            "pfmon record -e cpu-clock:u,page-faults ls", "two events into one file",
            "pfmon record -o - ls | perf script -i -", "through a pipe; the command writes to standard error",
        ],
        ["top"] =
        [
            "pfmon top", "all CPUs, until q or Ctrl-C",
            "pfmon top -p 4711 -d 5", "a process, each five seconds",
            "pfmon top -e page-faults -c 1", "who touches new memory",
            "pfmon top -n 1 -d 10 > top.txt", "one table of ten seconds",
            "pfmon top -g -- make -s", "a command; the share of callees, too",
        ],
        ["report"] =
        [
            "pfmon report", "the functions of perf.data that most samples are in",
            "pfmon report --sort module build.data", "the same by file",
            "pfmon report --tree --min-share 5", "who calls what, as far as it is 5 % at least",
            "pfmon report --inverted", "the functions with most samples, and who called them",
            "pfmon report --flame flame.html", "with a flame graph for a browser",
            "perf record -g -o - make | pfmon report -", "what another program writes to a pipe",
            "pfmon report --json | jq '.events[0].rows[0]'", "for programs",
        ],
        ["export"] =
        [
            "pfmon export --to speedscope", "perf.data as perf.speedscope.json, for https://www.speedscope.app",
            "pfmon export --to pprof -o build.pb.gz build.data", "for go tool pprof, and what reads its format",
            "pfmon export --to firefox", "for https://profiler.firefox.com",
            "pfmon export --to folded -o - | flamegraph.pl", "stacks as lines, to standard output",
            "pfmon export --to perf -o plain.data packed.data", "a plain file of a compressed one, or of a pipe's",
        ],
        ["list"] =
        [
            "pfmon list", "all events; tracepoints by system",
            "pfmon list sched", "events with the word in their name, family or description",
            "pfmon list metrics", "metrics, and whether this machine has their events",
        ],
        ["info"] = ["pfmon info", "the machine, its PMUs and registers, what this user may do, and what stands in the way"],
    };

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        if (Find(parseResult.CommandResult) is { } examples)
        {
            var output = parseResult.InvocationConfiguration.Output;
            var width = examples.Where((_, i) => i % 2 == 0).Max(example => example.Length);
            output.WriteLine("Examples:");
            foreach (var example in examples.Chunk(2))
            {
                output.WriteLine($"  {example[0].PadRight(width)}  {example[1]}");
            }
        }

        return result;
    }

    private static string[]? Find(CommandResult command)
    {
        // A subcommand may have the name of a command: pfmon stat, pfmon kvm stat.
        var name = command.Command.Name;
        for (var parent = command.Parent as CommandResult; parent?.Parent is CommandResult above; parent = above)
        {
            name = $"{parent.Command.Name} {name}";
        }

        return s_examples.GetValueOrDefault(name) ?? KvmExamples.All.GetValueOrDefault(name);
    }

    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new ExamplesHelpAction((HelpAction)option.Action!);
    }

    // An incomplete command line is no error beside --help.
    public override bool ClearsParseErrors => true;
}
