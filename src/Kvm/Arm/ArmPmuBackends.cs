using System.Globalization;
using Perfmon.Host;

namespace Perfmon.Kvm.Arm;

/// <summary>
/// Chooses what a virtual machine's PMU counts with. Where cores differ, a PMU counts on its own kind only, and a vCPU that was moved to
/// another kind cannot run, or has counters that stand still. In this order:
/// <list type="number">
/// <item>the event source that the user names;</item>
/// <item>the kernel's default, when compatibility is asked for;</item>
/// <item>an event source with <c>type</c> and <c>cpus</c> that covers all possible CPUs, the one with the smallest link target; where KVM cannot
/// be told, its default is such a source;</item>
/// <item>fixed counters only, where the kernel has them;</item>
/// <item>none.</item>
/// </list>
/// A pure function of what is given: the same host has the same back end after each start.
/// </summary>
public static class ArmPmuBackends
{
    /// <summary>The choice for a host whose files are at <paramref name="roots"/>.</summary>
    /// <exception cref="Diagnostics.PerfmonException">The user names a source that cannot be one.</exception>
    public static ArmPmuChoice Choose(HostRoots roots, ArmPmuOffer offer, ArmPmuWish wish) => Choose(ArmPmuHost.Read(roots), offer, wish);

    /// <summary>The choice for <paramref name="host"/>.</summary>
    /// <exception cref="Diagnostics.PerfmonException">The user names a source that cannot be one.</exception>
    public static ArmPmuChoice Choose(ArmPmuHost host, ArmPmuOffer offer, ArmPmuWish wish)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(wish);
        var sources = host.Sources.OrderBy(source => source.LinkTarget, StringComparer.Ordinal).ThenBy(source => source.Name, StringComparer.Ordinal).ToList();
        if (wish.Source is { } wanted)
        {
            return Named(Find(sources, wanted), sources, host, offer);
        }

        var covering = sources.Find(source => WhyNot(source, host) is null);
        var taken = Select(covering, offer, wish);
        return new ArmPmuChoice
        {
            Candidates =
            [
                Default(taken, covering, offer, wish),
                .. sources.Select(source => Source(source, taken, covering, host, offer)),
                Fixed(taken, offer),
                None(taken, offer),
            ],
        };
    }

    private static ArmPmuBackendKind Select(ArmEventSource? covering, ArmPmuOffer offer, ArmPmuWish wish) =>
        !offer.VirtualPmu ? ArmPmuBackendKind.None
        : wish.Compatible ? ArmPmuBackendKind.KernelDefault
        : covering is not null ? offer.SelectPmu ? ArmPmuBackendKind.EventSource : ArmPmuBackendKind.KernelDefault
        : offer.FixedCountersOnly ? ArmPmuBackendKind.FixedCounters
        : ArmPmuBackendKind.None;

    private static ArmEventSource Find(List<ArmEventSource> sources, string wanted)
    {
        var isType = uint.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var type);
        return sources.Find(source => isType ? source.Type == type : source.Name == wanted) ?? throw ArmPmuErrors.NoSuchSource(wanted, isType, sources);
    }

    private static ArmPmuChoice Named(ArmEventSource named, List<ArmEventSource> sources, ArmPmuHost host, ArmPmuOffer offer)
    {
        if (named.Type is null || named.Cpus is not { Count: > 0 } cpus)
        {
            throw ArmPmuErrors.NotACpuSource(named, WhyNoCpuSource(named)!);
        }

        if (!offer.VirtualPmu || !offer.SelectPmu)
        {
            throw ArmPmuErrors.CannotSelect(named, offer);
        }

        var coversAll = WhyNot(named, host) is null;
        var notNamed = $"the user names {named.Name}";
        return new ArmPmuChoice
        {
            VcpuCpus = coversAll ? null : cpus,
            Candidates =
            [
                new(
                    ArmPmuBackendKind.EventSource,
                    named,
                    Taken: true,
                    coversAll ? $"the user names it; it covers all possible CPUs {host.PossibleCpus}" : $"the user names it; the vCPUs must stay on its CPUs {cpus}"),
                new(ArmPmuBackendKind.KernelDefault, null, Taken: false, notNamed),
                .. sources.Where(source => source != named)
                    .Select(source => new ArmPmuCandidate(ArmPmuBackendKind.EventSource, source, Taken: false, WhyNoCpuSource(source) ?? notNamed)),
                new(ArmPmuBackendKind.FixedCounters, null, Taken: false, offer.FixedCountersOnly ? notNamed : NotOffered),
                new(ArmPmuBackendKind.None, null, Taken: false, notNamed),
            ],
        };
    }

    private const string NoVirtualPmu = "KVM here has no virtual PMU (KVM_CAP_ARM_PMU_V3 is 0)";
    private const string NotOffered = "this kernel does not offer them";
    private const string Compatibility = "compatibility with old machines is asked for";

    private static ArmPmuCandidate Default(ArmPmuBackendKind taken, ArmEventSource? covering, ArmPmuOffer offer, ArmPmuWish wish) => new(
        ArmPmuBackendKind.KernelDefault,
        null,
        taken == ArmPmuBackendKind.KernelDefault,
        !offer.VirtualPmu ? NoVirtualPmu
        : wish.Compatible ? $"{Compatibility}: the PMU of the CPU on which the first vCPU is initialised{(covering is null ? "; counters stand still on CPUs of another kind" : "")}"
        : covering is null ? "it is the PMU of whichever CPU the first vCPU is initialised on, and none covers all possible CPUs"
        : offer.SelectPmu ? "compatibility is not asked for, and KVM can be told which"
        : $"KVM cannot be told which (no SET_PMU), and {covering.Name} covers all possible CPUs");

    private static ArmPmuCandidate Source(ArmEventSource source, ArmPmuBackendKind taken, ArmEventSource? covering, ArmPmuHost host, ArmPmuOffer offer) => new(
        ArmPmuBackendKind.EventSource,
        source,
        taken == ArmPmuBackendKind.EventSource && source == covering,
        WhyNot(source, host)
        ?? (!offer.VirtualPmu ? NoVirtualPmu
        : taken == ArmPmuBackendKind.KernelDefault ? offer.SelectPmu ? Compatibility : "KVM cannot be told to take it (no SET_PMU): the kernel's default stands for it"
        : source == covering ? $"it covers all possible CPUs {host.PossibleCpus}"
        : $"it covers all possible CPUs, but {covering!.Name} has the smaller link target"));

    private static ArmPmuCandidate Fixed(ArmPmuBackendKind taken, ArmPmuOffer offer) => new(
        ArmPmuBackendKind.FixedCounters,
        null,
        taken == ArmPmuBackendKind.FixedCounters,
        !offer.VirtualPmu ? NoVirtualPmu
        : !offer.FixedCountersOnly ? NotOffered
        : taken == ArmPmuBackendKind.FixedCounters ? "no event source covers all possible CPUs, and this kernel offers what all cores have"
        : "a whole PMU is there");

    private static ArmPmuCandidate None(ArmPmuBackendKind taken, ArmPmuOffer offer) => new(
        ArmPmuBackendKind.None,
        null,
        taken == ArmPmuBackendKind.None,
        !offer.VirtualPmu ? NoVirtualPmu
        : taken == ArmPmuBackendKind.None ? "no event source covers all possible CPUs, and this kernel does not offer fixed counters only: the PMU is off"
        : "there is something to count with");

    // Why vCPUs that may run anywhere cannot count with it; null where they can.
    private static string? WhyNot(ArmEventSource source, ArmPmuHost host) =>
        WhyNoCpuSource(source) is { } why ? why
        : host.PossibleCpus.Count == 0 ? "which CPUs are possible is not known (devices/system/cpu/possible)"
        : Missing(source.Cpus!, host.PossibleCpus) is { Count: > 0 } missing ? $"its CPUs {source.Cpus} lack {missing} of the possible {host.PossibleCpus}"
        : null;

    private static string? WhyNoCpuSource(ArmEventSource source) =>
        source.Problem is { } problem && (source.Type is null || source.Cpus is null) ? $"its file {problem}"
        : source.Type is null ? "it has no file type"
        : source.Cpus is null ? "it has no file cpus: it is not a PMU of cores"
        : source.Cpus.Count == 0 ? "its file cpus is empty"
        : null;

    private static CpuList Missing(CpuList cpus, CpuList possible) => CpuList.Of([.. possible.Where(cpu => !cpus.Contains(cpu))]);
}
