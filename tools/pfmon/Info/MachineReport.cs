using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Tool.Info;

/// <summary>What <c>pfmon info</c> tells; its JSON has these names in snake case.</summary>
internal sealed record MachineReport
{
    public required MachineFacts Machine { get; init; }

    public required IReadOnlyList<PmuFacts> Pmus { get; init; }

    /// <summary>The counters of each core PMU; none where there is none.</summary>
    public required IReadOnlyList<CounterFacts> Counters { get; init; }

    public required PermissionFacts Permissions { get; init; }

    /// <summary>The number of events by family; a family that this machine lacks is left out.</summary>
    public required IReadOnlyDictionary<string, int> Events { get; init; }

    public required bool Libpfm4 { get; init; }

    public required RegisterFacts Registers { get; init; }

    public required IReadOnlyList<Obstacle> Obstacles { get; init; }

    /// <summary>Files of the kernel that could not be read.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public static MachineReport Of(HostDescription host)
    {
        var events = EventCatalogue.List(host).ToList();
        var hasLibPfm = events.Exists(entry => entry is { Family: "libpfm4", IsAvailable: true });
        var machine = MachineFacts.Of(host);
        var pmus = host.Pmus.All.Select(PmuFacts.Of).ToList();
        var counters = CounterBudget.Probe();
        return new MachineReport
        {
            Machine = machine,
            Pmus = pmus,
            Counters = [.. counters.Select(CounterFacts.Of)],
            Permissions = PermissionFacts.Of(host),
            Events = events.Where(entry => entry is { IsAvailable: true, IsForm: false }).CountBy(entry => entry.Family).ToDictionary(),
            Libpfm4 = hasLibPfm,
            Registers = RegisterFacts.Of(HardwareModels.Map(host)),
            Obstacles = [.. Obstacle.Find(host, counters, hasLibPfm)],
            Problems = host.Problems,
        };
    }
}

/// <summary>The machine itself.</summary>
internal sealed record MachineFacts(
    string Kernel, string Cpu, string Vendor, int? Family, int? Model, int? Stepping, bool? VirtualMachine, string OnlineCpus, bool HardwarePmu)
{
    public static MachineFacts Of(HostDescription host) => new(
        host.Kernel.Text,
        host.Cpu.ModelName ?? Cores(host.Cpu.ArmCores),
        host.Cpu.Vendor.ToString(),
        host.Cpu.Family,
        host.Cpu.Model,
        host.Cpu.Stepping,
        host.Cpu.IsVirtualMachine,
        host.Cpus.Online.ToString(),
        host.Pmus.CorePmus.Count > 0);

    // One kind of core needs no CPUs beside it: it is all of them.
    private static string Cores(IReadOnlyList<ArmCore> cores) =>
        cores is [var only] ? only.ToString() : string.Join(", ", cores.Select(core => $"{core} (CPUs {core.Cpus})"));
}

/// <summary>A PMU.</summary>
/// <param name="Name">Its name in sysfs.</param>
/// <param name="Type">Its <c>perf_event_attr.type</c>.</param>
/// <param name="Events">How many events it names.</param>
/// <param name="Terms">How many terms an event of it may set.</param>
/// <param name="Cpus">The CPUs on which it counts; null: all of them.</param>
/// <param name="SystemWideOnly">Whether it counts CPUs only.</param>
internal sealed record PmuFacts(string Name, uint Type, int Events, int Terms, string? Cpus, bool SystemWideOnly)
{
    public static PmuFacts Of(Pmu pmu) =>
        new(pmu.Name, pmu.Type, pmu.Events.Count, pmu.Formats.Count, (pmu.Cpus ?? pmu.CpuMask)?.ToString(), pmu.IsSystemWideOnly);
}

/// <summary>What this user may do.</summary>
internal sealed record PermissionFacts
{
    public uint? EffectiveUserId { get; init; }

    public int? PerfEventParanoid { get; init; }

    /// <summary>What that level means for this user.</summary>
    public required string Meaning { get; init; }

    public bool Threads { get; init; }

    public bool KernelMode { get; init; }

    public bool WholeCpus { get; init; }

    public required IReadOnlyList<string> Capabilities { get; init; }

    public required string Seccomp { get; init; }

    /// <summary>Where tracefs is mounted; null where it is not.</summary>
    public string? Tracefs { get; init; }

    public bool TracefsReadable { get; init; }

    public ResourceLimit? OpenFiles { get; init; }

    public ResourceLimit? LockedMemory { get; init; }

    public int? PerfEventMlockKib { get; init; }

    public int? MaxSampleRate { get; init; }

    public static PermissionFacts Of(HostDescription host)
    {
        var level = host.Settings.PerfEventParanoid;
        bool Below(int limit) => level is { } known && (host.User.MayMonitorAll || known < limit);
        return new PermissionFacts
        {
            EffectiveUserId = host.User.EffectiveUserId,
            PerfEventParanoid = level,
            Threads = Below(3),
            KernelMode = Below(2),
            WholeCpus = Below(1),
            Meaning = level is null ? "this kernel has no perf events"
                : host.User.MayMonitorAll ? "does not bind this user: everything may be counted"
                : Below(1) ? "threads and whole CPUs may be counted, kernel mode included"
                : Below(2) ? "threads of this user may be counted, kernel mode included; whole CPUs may not"
                : Below(3) ? "threads of this user may be counted in user mode; kernel mode and whole CPUs may not"
                : "nothing may be counted",
            Capabilities = [.. Enum.GetValues<Capability>().Where(host.User.Holds).Select(Obstacle.KernelName)],
            Seccomp = host.User.Seccomp.ToString(),
            Tracefs = host.TraceFs.Path,
            TracefsReadable = host.TraceFs.IsReadable,
            OpenFiles = host.Limits.OpenFiles,
            LockedMemory = host.Limits.LockedMemory,
            PerfEventMlockKib = host.Settings.PerfEventMlockKibibytes,
            MaxSampleRate = host.Settings.PerfEventMaxSampleRate,
        };
    }
}

/// <summary>The registers that a session has.</summary>
internal sealed record RegisterFacts(string Model, SessionRegisters Thread, SessionRegisters SystemWide, IReadOnlyList<RegisterFact> Hardware)
{
    public static RegisterFacts Of(RegisterMap map) => new(
        map.ModelName,
        SessionRegisters.Of(map, SessionKinds.Thread),
        SessionRegisters.Of(map, SessionKinds.SystemWide),
        [
            .. (map.Hardware?.Pmcs ?? []).Select(register => RegisterFact.Of("PMC", register)),
            .. (map.Hardware?.Pmds ?? []).Select(register => RegisterFact.Of("PMD", register)),
        ]);
}

/// <summary>The available registers of a kind of session, as lists of numbers.</summary>
internal sealed record SessionRegisters(string Pmcs, string Pmds)
{
    public static SessionRegisters Of(RegisterMap map, SessionKinds kind) => new(map.AvailablePmcs(kind).ToString(), map.AvailablePmds(kind).ToString());
}

/// <summary>A register of the hardware.</summary>
internal sealed record RegisterFact(string Register, string Name, int Width, uint? Address)
{
    public static RegisterFact Of(string kind, RegisterDescription register) =>
        new($"{kind}{register.Number}", register.Name, register.Width, register.Address);
}
