using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>Events that the kernel counts itself, without hardware: PERF_TYPE_SOFTWARE, <c>enum perf_sw_ids</c>.</summary>
internal sealed class SoftwareEvents : EventFamily
{
    private const ulong CpuClock = 0;
    private const ulong TaskClock = 1;
    private const ulong ContextSwitches = 3;
    private const ulong CpuMigrations = 4;
    private const ulong CgroupSwitches = 11;

    private static readonly NamedEvent[] s_events =
    [
        new(CpuClock, "cpu-clock", "Nanoseconds that the event was on its CPU or thread, by the CPU's high-resolution clock"),
        new(TaskClock, "task-clock", "Nanoseconds that the thread ran"),
        new(2, "page-faults", "Page faults, minor and major", "faults"),
        new(ContextSwitches, "context-switches", "Switches from one thread to another", "cs"),
        new(CpuMigrations, "cpu-migrations", "Moves of a thread to another CPU", "migrations"),
        new(5, "minor-faults", "Page faults that needed no disk"),
        new(6, "major-faults", "Page faults that waited for a disk"),
        new(7, "alignment-faults", "Unaligned accesses that the kernel carried out; never on x86"),
        new(8, "emulation-faults", "Instructions that the kernel emulated; not on x86"),
        new(9, "dummy", "Nothing: it is there to receive side records such as mmap and fork"),
        new(10, "bpf-output", "Records that a BPF program wrote to the event"),
        new(CgroupSwitches, "cgroup-switches", "Switches to a thread of another cgroup (Linux 5.13)"),
    ];

    private static readonly Dictionary<string, NamedEvent> s_byName = NamedEvent.ByName(s_events);

    private static readonly ModifierRule s_rule = ModifierRule.Kernel("software events");

    /// <inheritdoc/>
    public override string Name => "software";

    public static NamedEvent? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>Whether <paramref name="name"/> is a clock of the kernel, which counts all time whatever the modes are.</summary>
    public static bool IsClock(string name) => Find(name) is { Config: CpuClock or TaskClock };

    /// <inheritdoc/>
    public override bool TryRead(EventSyntax syntax, ParseContext context)
    {
        if (syntax.Terms is not null || Find(syntax.Name.ToString()) is not { } named)
        {
            return false;
        }

        return context.RefuseParts(syntax) || context.Add(syntax, s_rule, new EventRequest
        {
            Name = syntax.Name.ToString(),
            Pmu = "software",
            Selection = new() { Type = EventType.Software, Config = named.Config },
            Unit = IsClock(named.Name) ? "ns" : null,
            Note = IsClock(named.Name) && syntax.Modifiers.HasPrivileges ? "the kernel's clocks count all time, whatever the mode" : null,
            Futility = Futility(named, syntax.Modifiers),
        });
    }

    /// <inheritdoc/>
    public override IEnumerable<CatalogueEntry> List(HostDescription host) => s_events.Select(named => Entry(named.Name, named.ToString()));

    /// <inheritdoc/>
    public override IEnumerable<string> Names(HostDescription host) => s_byName.Keys;

    // The kernel counts these at its own registers, which exclude_kernel leaves out.
    private static string? Futility(NamedEvent named, EventModifiers modifiers) =>
        named.Config is ContextSwitches or CpuMigrations or CgroupSwitches && modifiers.Exclude.HasFlag(Exclusions.Kernel)
            ? $"{named.Name} happen in kernel mode only, which is left out"
            : null;
}
