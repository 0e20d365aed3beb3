using System.CommandLine;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Kvm.Guests;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Stat;

namespace Perfmon.Tool.Kvm.Guests;

/// <summary><c>pfmon kvm stat</c>: counts events of a virtual machine's vCPUs from the host, or lists the virtual machines that run.</summary>
internal sealed class GuestStatCommand
{
    private const string Automatic = "auto";

    // What a machine without a PMU has, too: an exit and an entry each time the guest gives way to the host.
    private static readonly string[] s_defaults =
        ["kvm:kvm_exit", "kvm:kvm_entry", "kvm:kvm_userspace_exit", "page-faults", "context-switches", "cpu-migrations", "task-clock"];

    private static readonly string[] s_ofPmu = ["cycles:G", "instructions:G", "cycles:H", "instructions:H"];

    private readonly Option<string?> _machine = new("--vm", "-p") { Description = "The process that runs the virtual machine, such as QEMU. Without it: the virtual machines that run.", HelpName = "PID" };
    private readonly Option<string?> _vcpus = new("--vcpu") { Description = "Count these vCPUs only.", HelpName = "N[,N…]" };

    private readonly Option<string[]> _events = new("--event", "-e")
    {
        Description = "Events to count, as for pfmon stat; E:G counts the guest alone, E:H the host, where a PMU counts it.",
        HelpName = "E[,E…]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _interval = new("--interval-print", "-I") { Description = "Also print what was counted every MS milliseconds.", HelpName = "MS" };
    private readonly Option<string?> _timeout = new("--timeout") { Description = "Stop after MS milliseconds.", HelpName = "MS" };
    private readonly Option<string?> _monitor = new("--qmp")
    {
        Description = "Ask QEMU's monitor at this socket for the threads of vCPUs and for KVM's statistics; auto: one that the process listens at.",
        HelpName = "SOCKET|auto",
    };

    private readonly Option<bool> _json = OptionValues.Flag("--json", "Write one JSON object; with -I also one for each interval, a line each.", "-j");
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Write the result to FILE instead of standard error.", HelpName = "FILE" };

    private readonly Argument<string[]> _command = new("COMMAND")
    {
        Description = "Count while this command runs, such as sleep 10; else until Ctrl-C, --timeout or the end of the virtual machine.",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    public static Command Create()
    {
        var options = new GuestStatCommand();
        var command = new Command("stat", "Counts what the vCPUs of a virtual machine do, seen from the host; or lists the virtual machines.")
        {
            options._machine, options._vcpus, options._events, options._interval, options._timeout, options._monitor, options._json, options._output, options._command,
        };
        command.SetAction((result, _) => options.RunAsync(result));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var command = parsed.GetValue(_command) ?? [];
        OptionValues.Refuse(command is [['-', ..], ..], $"There is no option {command.FirstOrDefault()}.\nSee what there is:  pfmon kvm stat --help");
        if (parsed.Positive(_machine) is not { } processId)
        {
            Option[] needed = [_vcpus, _events, _interval, _timeout, _monitor, _output];
            OptionValues.Refuse(
                command.Length > 0 || needed.Any(option => parsed.GetResult(option) is { Implicit: false }), "Name the virtual machine:  --vm PID\nSee which run:  pfmon kvm stat");
            MachineList.Write(VirtualMachines.Read(HostRoots.System), parsed.GetValue(_json));
            return ExitCode.Success;
        }

        var request = Read(parsed, processId, command);
        using var file = parsed.GetValue(_output) is { } path ? ResultFile.Create(path) : null;
        GuestFormat format = parsed.GetValue(_json)
            ? new GuestJson(file?.Writer ?? Console.Error)
            : new GuestTable(file is null ? Output.Terminal.Error : Output.Terminal.Plain(file.Writer));
        using var interruption = new Interruption();
        var result = await GuestStatRun.RunAsync(request, interruption, format.Write).ConfigureAwait(false);
        format.Write(result);
        file?.Commit();
        return result.ExitCode ?? ExitCode.Success;
    }

    private GuestStatRequest Read(ParseResult parsed, int processId, string[] command)
    {
        var given = parsed.GetValue(_events) ?? [];
        var notes = new List<string>();
        var host = HostDescription.Current;
        return new GuestStatRequest
        {
            ProcessId = processId,
            Events = given.Length > 0 ? EventParser.ParseOrThrow(string.Join(',', given), host) : Defaults(host, notes),
            Session = new GuestSessionOptions
            {
                Session = new SessionOptions { KernelMode = KernelMode.WhenPermitted, UnsupportedEvents = UnsupportedEvents.Skip },
                Vcpus = Numbers(parsed.GetValue(_vcpus)),
                MonitorSocket = Monitor(parsed.GetValue(_monitor), processId),
            },
            Command = command,
            Interval = Milliseconds(parsed.Positive(_interval)),
            Timeout = Milliseconds(parsed.Positive(_timeout)),
            Notes = notes,
        };
    }

    // Tracepoints may be hidden from this user; the rest is counted then.
    private static List<EventRequest> Defaults(HostDescription host, List<string> notes)
    {
        var events = new List<EventRequest>();
        foreach (var name in host.Pmus.CorePmus.Count > 0 ? [.. s_defaults, .. s_ofPmu] : s_defaults)
        {
            var read = EventParser.Parse(name, host);
            if (read.IsSuccess)
            {
                events.AddRange(read.Events);
            }
            else
            {
                notes.Add($"{name} is not counted: {read.Error.Message}.");
            }
        }

        return events;
    }

    private static string? Monitor(string? given, int processId)
    {
        if (given != Automatic)
        {
            return given;
        }

        return QmpSockets.Find(processId) switch
        {
            [var only] => only,
            [] => throw new ToolException($"--qmp auto: process {processId} listens at no socket whose name tells of a monitor, or this user may not look.\nName it:  --qmp SOCKET", ExitCode.Failure),
            var several => throw new ToolException($"--qmp auto: process {processId} listens at several: {string.Join(", ", several)}.\nName one:  --qmp {several[0]}", ExitCode.Failure),
        };
    }

    private static List<int>? Numbers(string? text)
    {
        if (text is null)
        {
            return null;
        }

        return CpuList.TryParse(text, out var list, out var error) && list.Count > 0
            ? [.. list]
            : throw ToolException.WrongUsage($"--vcpu: {error ?? "no vCPU is named"}.");
    }

    private static TimeSpan? Milliseconds(int? number) => number is { } some ? TimeSpan.FromMilliseconds(some) : null;
}
