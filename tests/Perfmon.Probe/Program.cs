using System.IO.MemoryMappedFiles;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Sampling;
using Perfmon.Session;

// Perfmon.Probe [--when-permitted] EVENTS self|cpus|thread ID|process ID|command PROGRAM [ARGUMENT…]
// Perfmon.Probe processes
// Perfmon.Probe [--when-permitted] sample KIB[+] EVENTS command PROGRAM [ARGUMENT…]
// Perfmon.Probe spin
//
// A session in a process of its own, for tests that need other rights or limits than theirs. It counts until the target ends; itself,
// while it touches 100 pages; CPUs, for 50 ms. Prints "NAME STATE VALUE" for each event, or the refusal: "refused REASON ERRNO" and its
// message. The second form prints the processes with events that this user sees, and how many it may not look at. The third samples with
// rings of KIB each, smaller ones with +, and prints the ledger and the notice. Last comes "left N", the descriptors of events and
// processes that are still open. Exit code 0 counted, 3 refused. The fourth says "ready PID" and runs one method of .NET until it is killed.
var whenPermitted = args is ["--when-permitted", ..];
var rest = whenPermitted ? args[1..] : args;
var options = new SessionOptions { KernelMode = whenPermitted ? KernelMode.WhenPermitted : KernelMode.AsAsked };
var exitCode = 0;
try
{
    if (rest is ["spin"])
    {
        Spinning.Run();
    }
    else if (rest is ["processes"])
    {
        ShowProcesses();
    }
    else if (rest is ["sample", var rings, var events, "command", var program, .. var arguments])
    {
        await SampleAsync(rings, events, options.KernelMode, Target.Command(program, arguments));
    }
    else
    {
        await CountAsync(rest[0], options, rest[1..]);
    }
}
catch (PerfmonException refusal)
{
    Console.WriteLine($"refused {refusal.Reason} {refusal.Errno}\n{refusal.Message}");
    exitCode = 3;
}

Console.WriteLine($"left {Directory.GetFileSystemEntries("/proc/self/fd").Count(file => new FileInfo(file).LinkTarget is "anon_inode:[perf_event]" or "anon_inode:[pidfd]")}");
return exitCode;

static async Task CountAsync(string events, SessionOptions options, string[] target)
{
    using var session = MonitoringSession.Create(events, options);
    session.Attach(target switch
    {
        ["self"] => Target.CallingThread,
        ["cpus"] => Target.AllCpus,
        ["thread", var id] => Target.Thread(int.Parse(id)),
        ["process", var id] => Target.Process(int.Parse(id)),
        ["command", var program, .. var arguments] => Target.Command(program, arguments),
        _ => throw new ArgumentException($"No target: {string.Join(' ', target)}"),
    });
    session.Start();
    switch (target[0])
    {
        case "self":
            TouchPages(100);
            break;
        case "cpus":
            Thread.Sleep(50);
            break;
        default:
            await foreach (var message in session.ReadMessagesAsync())
            {
                Console.WriteLine(message.Kind);
            }

            break;
    }

    foreach (var count in session.Read())
    {
        Console.WriteLine($"{count.Name} {count.Count.State} {count.Count.Value}");
    }
}

static async Task SampleAsync(string rings, string events, KernelMode kernelMode, Target target)
{
    using var session = SamplingSession.Create(events, new SamplingOptions
    {
        RingSize = RingSize.OfAtLeast(1024L * int.Parse(rings.TrimEnd('+'))),
        SmallerRings = rings.EndsWith('+') ? SmallerRings.Allow : SmallerRings.Refuse,
        KernelMode = kernelMode,
    });
    session.Attach(target);
    session.Start();
    await foreach (var sample in session.ReadAllAsync())
    {
        if (sample.Event is null)
        {
            Console.WriteLine("a sample of no event");
        }
    }

    Console.WriteLine($"{session.Events[0].Name}: {session.Ledger}\n{session.Notice}");
}

static void ShowProcesses()
{
    var processes = PerfProcesses.Read(HostRoots.System);
    foreach (var process in processes.Found)
    {
        Console.WriteLine($"found {process.Pid} {process.Events}");
    }

    Console.WriteLine($"not readable {processes.NotReadable}, hidden {processes.AreOthersHidden}");
}

static void TouchPages(int pages)
{
    using var map = MemoryMappedFile.CreateNew(null, pages * 4096L);
    using var view = map.CreateViewAccessor();
    for (var page = 0; page < pages; page++)
    {
        view.Write(page * 4096L, (byte)1);
    }
}
