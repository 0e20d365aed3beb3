using System.CommandLine;
using System.Globalization;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Sampling;
using Perfmon.Session;
using Perfmon.Tool.CommandLine;
using static Perfmon.Tool.CommandLine.OptionValues;

namespace Perfmon.Tool.Sample;

/// <summary>The options of the commands that sample, which are those of <c>perf record</c>, and what they ask for together.</summary>
internal sealed class SampleOptions
{
    private readonly Option<string[]> _events = new("--event", "-e")
    {
        Description = "Events to sample, as pfmon list shows them; cycles, or cpu-clock where the CPU's counters cannot be had.",
        HelpName = "E[,E…]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _period = new("--count", "-c") { Description = "A sample after every N events.", HelpName = "N" };
    private readonly Option<string?> _frequency = new("--freq", "-F")
    {
        Description = "About HZ samples a second, or as many as the kernel permits: max. 4000 without -c and -F; tracepoints, probes and breakpoints each time.",
        HelpName = "HZ",
    };

    private readonly Option<bool> _callchain = Flag("-g", "Sample call chains, by frame pointers.");
    private readonly Option<string?> _callgraph = new("--call-graph") { Description = "As -g. Only fp, frame pointers, is known.", HelpName = "fp" };
    private readonly Option<bool> _userChains = Flag("--user-callchains", "Call chains of the program only.");
    private readonly Option<bool> _kernelChains = Flag("--kernel-callchains", "Call chains of the kernel only.");
    private readonly TargetOptions _targets = new("Sample");
    private readonly Option<bool> _noInherit = Flag("--no-inherit", "Sample no threads and processes that are created later.", "-i");
    private readonly Option<string?> _ring = new("--mmap-pages", "-m")
    {
        Description = "The room of each CPU's ring, in pages, or with K or M: a power of two, rounded up. 512K without.",
        HelpName = "PAGES",
    };

    private readonly Option<bool> _jit = Flag(
        "--jit", "Switch on the perf maps of .NET processes, so that their methods have names, and off at the end. Usual for -p, -t and COMMAND.");

    private readonly Option<bool> _noJit = Flag("--no-jit", "Leave the perf maps of .NET processes as they are.");

    public IEnumerable<Option> All =>
        [_events, _period, _frequency, _callchain, _callgraph, _userChains, _kernelChains, .. _targets.All, _noInherit, _ring, _jit, _noJit];

    public Argument<string[]> Command { get; } = new("COMMAND")
    {
        Description = "The command to run, with its arguments; put -- before it, or not.",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    /// <summary>What the command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="usual">What is sampled where it names nothing; null: that is an error.</param>
    /// <exception cref="ToolException">It contradicts itself, or a number or an event is wrong.</exception>
    public SampleRequest Read(ParseResult parsed, Target? usual = null)
    {
        var name = parsed.CommandResult.Command.Name;
        var command = parsed.GetValue(Command) ?? [];
        Refuse(command is [['-', _, ..], ..], $"There is no option {command.FirstOrDefault()}.\nSee what there is:  pfmon {name} --help");
        var targets = _targets.Read(parsed);
        Refuse(
            command.Length == 0 && targets.Count == 0 && usual is null,
            $"Nothing is to be sampled: give a command, or one of -t, -p, -C, -a and -G.\nAn example:  pfmon {name} -g ls");
        Refuse(parsed.GetValue(_jit) && parsed.GetValue(_noJit), "--jit and --no-jit exclude each other.");
        if (command.Length == 0 && targets.Count == 0)
        {
            targets = [usual!];
        }

        var ids = _targets.NamedIds(parsed);
        var areNamed = ids.Count > 0 || targets.Count == 0;
        return new SampleRequest
        {
            Events = EventParser.ParseOrThrow(parsed.GetValue(_events) is { Length: > 0 } given ? string.Join(',', given) : UsualEvent, HostDescription.Current),
            Targets = [.. targets.Distinct()],
            NamedIds = ids,
            Command = command,
            Options = Sampling(parsed),
            JitMaps = parsed.GetValue(_noJit) ? JitMapUse.Nothing : parsed.GetValue(_jit) || areNamed ? JitMapUse.SwitchOn : JitMapUse.Hint,
        };
    }

    private static string UsualEvent => HostDescription.Current.Pmus.CorePmus.Count > 0 ? "cycles" : "cpu-clock";

    private SamplingOptions Sampling(ParseResult parsed)
    {
        var ring = parsed.GetValue(_ring);
        return new SamplingOptions
        {
            Rate = Rate(parsed),
            Callchain = Callchain(parsed),
            Following = parsed.GetValue(_noInherit) ? Following.Nothing : Following.ThreadsAndProcesses,
            KernelMode = KernelMode.WhenPermitted,
            RingSize = ring is null ? RingSize.Default : Ring(ring),
            SmallerRings = ring is null ? SmallerRings.Allow : SmallerRings.Refuse,
        };
    }

    private SampleRate? Rate(ParseResult parsed)
    {
        var (period, frequency) = (parsed.GetValue(_period), parsed.GetValue(_frequency));
        Refuse(period is not null && frequency is not null, "-c and -F exclude each other: a sample after so many events, or so many samples a second.");
        if (period is not null)
        {
            Refuse(!ulong.TryParse(period, CultureInfo.InvariantCulture, out var events) || events is 0 or > long.MaxValue, $"-c: '{period}' is not a whole number from 1 to {long.MaxValue}.");
            return SampleRate.Period(events);
        }

        return frequency == "max"
            ? SampleRate.Frequency(Math.Max(1, HostDescription.Current.Settings.PerfEventMaxSampleRate ?? 4000))
            : parsed.Positive(_frequency) is { } hertz ? SampleRate.Frequency(hertz) : null;
    }

    private CallchainOptions? Callchain(ParseResult parsed)
    {
        var mode = parsed.GetValue(_callgraph);
        var (user, kernel) = (parsed.GetValue(_userChains), parsed.GetValue(_kernelChains));
        Refuse(mode is not (null or "fp"), $"--call-graph: '{mode}' is not known. Give fp: call chains by frame pointers, which a program has when it is compiled with -fno-omit-frame-pointer.");
        Refuse(user && kernel, "--user-callchains and --kernel-callchains exclude each other; -g samples both.");
        return user ? new CallchainOptions { Source = CallchainSource.User }
            : kernel ? new CallchainOptions { Source = CallchainSource.Kernel }
            : parsed.GetValue(_callchain) || mode is not null ? CallchainOptions.Default
            : null;
    }

    private static RingSize Ring(string text)
    {
        var unit = text is [.., 'K' or 'k'] ? 1L << 10 : text is [.., 'M' or 'm'] ? 1L << 20 : Environment.SystemPageSize;
        var digits = unit == Environment.SystemPageSize ? text : text[..^1];
        try
        {
            return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? RingSize.OfAtLeast(number * unit)
                : throw ToolException.WrongUsage($"-m: '{text}' is not a number of pages, or of KiB or MiB with K or M behind it.");
        }
        catch (ArgumentOutOfRangeException)
        {
            throw ToolException.WrongUsage($"-m: a ring has from 1 page to 1024M, and not {text}.");
        }
    }
}
