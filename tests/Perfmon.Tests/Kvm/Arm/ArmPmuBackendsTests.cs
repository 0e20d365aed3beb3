using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Arm;
using Perfmon.Tests.Host;

namespace Perfmon.Tests.Kvm.Arm;

public sealed class ArmPmuBackendsTests : IDisposable
{
    private static readonly ArmPmuOffer s_selects = new(VirtualPmu: true, SelectPmu: true, FixedCountersOnly: false);
    private static readonly ArmPmuOffer s_selectsAndFixes = s_selects with { FixedCountersOnly = true };
    private static readonly ArmPmuOffer s_old = s_selects with { SelectPmu = false };
    private static readonly ArmPmuOffer s_none = new(VirtualPmu: false, SelectPmu: false, FixedCountersOnly: false);

    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_uniform_host_has_one_source_that_covers_all()
    {
        Possible("0-3").Source("armv8_pmuv3", 10, "0-3", "../../../devices/pmu").Source("software", 1, null, "../../../devices/software");
        var choice = Is(
            s_selects,
            new(),
            "kernel default: refused: compatibility is not asked for, and KVM can be told which",
            "armv8_pmuv3: taken: it covers all possible CPUs 0-3",
            "software: refused: it has no file cpus: it is not a PMU of cores",
            "fixed counters: refused: this kernel does not offer them",
            "none: refused: there is something to count with");
        Assert.Equal((ArmPmuBackendKind.EventSource, 10u, null), (choice.Kind, choice.PmuType, choice.VcpuCpus));
    }

    [Fact]
    public void Without_a_way_to_tell_kvm_its_default_is_the_one_that_covers_all()
    {
        Possible("0-3").Source("armv8_pmuv3", 10, "0-3", "../../../devices/pmu");
        var choice = Is(
            s_old,
            new(),
            "kernel default: taken: KVM cannot be told which (no SET_PMU), and armv8_pmuv3 covers all possible CPUs",
            "armv8_pmuv3: refused: KVM cannot be told to take it (no SET_PMU): the kernel's default stands for it",
            "fixed counters: refused: this kernel does not offer them",
            "none: refused: there is something to count with");
        Assert.Equal((ArmPmuBackendKind.KernelDefault, null, null), (choice.Kind, choice.PmuType, choice.VcpuCpus));
    }

    [Fact]
    public void Big_little_has_fixed_counters_where_the_kernel_has_them()
    {
        BigLittle();
        var choice = Is(
            s_selectsAndFixes,
            new(),
            "kernel default: refused: it is the PMU of whichever CPU the first vCPU is initialised on, and none covers all possible CPUs",
            "armv8_cortex_a53: refused: its CPUs 0-3 lack 4-5 of the possible 0-5",
            "armv8_cortex_a72: refused: its CPUs 4-5 lack 0-3 of the possible 0-5",
            "fixed counters: taken: no event source covers all possible CPUs, and this kernel offers what all cores have",
            "none: refused: there is something to count with");
        Assert.Equal((ArmPmuBackendKind.FixedCounters, null, null), (choice.Kind, choice.PmuType, choice.VcpuCpus));
    }

    [Fact]
    public void Big_little_has_none_otherwise()
    {
        BigLittle();
        foreach (var offer in new[] { s_selects, s_old })
        {
            var choice = Is(
                offer,
                new(),
                "kernel default: refused: it is the PMU of whichever CPU the first vCPU is initialised on, and none covers all possible CPUs",
                "armv8_cortex_a53: refused: its CPUs 0-3 lack 4-5 of the possible 0-5",
                "armv8_cortex_a72: refused: its CPUs 4-5 lack 0-3 of the possible 0-5",
                "fixed counters: refused: this kernel does not offer them",
                "none: taken: no event source covers all possible CPUs, and this kernel does not offer fixed counters only: the PMU is off");
            Assert.Equal(ArmPmuBackendKind.None, choice.Kind);
        }
    }

    [Fact]
    public void Big_little_with_a_source_that_covers_all_takes_it()
    {
        BigLittle().Source("armv8_both", 12, "0-5", "../../../devices/both");
        var choice = Is(
            s_selectsAndFixes,
            new(),
            "kernel default: refused: compatibility is not asked for, and KVM can be told which",
            "armv8_cortex_a53: refused: its CPUs 0-3 lack 4-5 of the possible 0-5",
            "armv8_cortex_a72: refused: its CPUs 4-5 lack 0-3 of the possible 0-5",
            "armv8_both: taken: it covers all possible CPUs 0-5",
            "fixed counters: refused: a whole PMU is there",
            "none: refused: there is something to count with");
        Assert.Equal(12u, choice.PmuType);
    }

    [Fact]
    public void Compatibility_takes_the_kernels_default()
    {
        BigLittle();
        Is(
            s_selectsAndFixes,
            new() { Compatible = true },
            "kernel default: taken: compatibility with old machines is asked for: the PMU of the CPU on which the first vCPU is initialised; counters stand still on CPUs of another kind",
            "armv8_cortex_a53: refused: its CPUs 0-3 lack 4-5 of the possible 0-5",
            "armv8_cortex_a72: refused: its CPUs 4-5 lack 0-3 of the possible 0-5",
            "fixed counters: refused: a whole PMU is there",
            "none: refused: there is something to count with");

        Source("armv8_both", 12, "0-5", "../../../devices/both");
        var choice = Is(
            s_selects,
            new() { Compatible = true },
            "kernel default: taken: compatibility with old machines is asked for: the PMU of the CPU on which the first vCPU is initialised",
            "armv8_cortex_a53: refused: its CPUs 0-3 lack 4-5 of the possible 0-5",
            "armv8_cortex_a72: refused: its CPUs 4-5 lack 0-3 of the possible 0-5",
            "armv8_both: refused: compatibility with old machines is asked for",
            "fixed counters: refused: this kernel does not offer them",
            "none: refused: there is something to count with");
        Assert.Equal((ArmPmuBackendKind.KernelDefault, null), (choice.Kind, choice.PmuType));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_virtual_pmus_there_is_none(bool compatible)
    {
        const string why = "refused: KVM here has no virtual PMU (KVM_CAP_ARM_PMU_V3 is 0)";
        Possible("0-3").Source("armv8_pmuv3", 10, "0-3", "../../../devices/pmu");
        Is(
            s_none,
            new() { Compatible = compatible },
            $"kernel default: {why}",
            $"armv8_pmuv3: {why}",
            $"fixed counters: {why}",
            "none: taken: KVM here has no virtual PMU (KVM_CAP_ARM_PMU_V3 is 0)");
    }

    [Fact]
    public void A_host_without_sources_has_none()
    {
        Possible("0");
        var choice = Is(
            s_selects,
            new(),
            "kernel default: refused: it is the PMU of whichever CPU the first vCPU is initialised on, and none covers all possible CPUs",
            "fixed counters: refused: this kernel does not offer them",
            "none: taken: no event source covers all possible CPUs, and this kernel does not offer fixed counters only: the PMU is off");
        Assert.Equal(ArmPmuBackendKind.None, choice.Kind);
    }

    [Theory]
    [InlineData("0-3,8,10-11", "0-3,8,10-11", null)]
    [InlineData("0-3,8,10-11", "11,10,8,0-3", null)]
    [InlineData("0-15", "0-3,8,10-11", null)]
    [InlineData("0-3,8,10", "0-3,8,10-11", "its CPUs 0-3,8,10 lack 11 of the possible 0-3,8,10-11")]
    [InlineData("1-9", "0-3,8,10-11", "its CPUs 1-9 lack 0,10-11 of the possible 0-3,8,10-11")]
    [InlineData("", "0-3", "its file cpus is empty")]
    [InlineData("0-x", "0-3", "its file cpus: '0-x' is neither a CPU number below 65536 nor a range of them")]
    public void Lists_of_cpus_are_compared_as_sets(string cpus, string possible, string? refusal)
    {
        Possible(possible).Source("armv8_pmuv3", 10, cpus, "../../../devices/pmu");
        var candidate = ArmPmuBackends.Choose(_host.Roots, s_selects, new()).Candidates.Single(candidate => candidate.Source is not null);
        Assert.Equal((refusal is null, refusal ?? "it covers all possible CPUs 0-3,8,10-11"), (candidate.Taken, candidate.Reason));
    }

    [Fact]
    public void A_host_that_does_not_say_which_cpus_are_possible_has_none()
    {
        Source("armv8_pmuv3", 10, "0-3", "../../../devices/pmu");
        var choice = ArmPmuBackends.Choose(_host.Roots, s_selects, new());
        Assert.Equal(ArmPmuBackendKind.None, choice.Kind);
        Assert.Contains("armv8_pmuv3: refused: which CPUs are possible is not known (devices/system/cpu/possible)", choice.Candidates.Select(candidate => $"{candidate}"));
    }

    /// <summary>Names and types are given in the order in which drivers come up, which varies; where the device stands does not.</summary>
    [Theory]
    [InlineData(10, 11)]
    [InlineData(11, 10)]
    public void The_smallest_link_target_wins(uint first, uint second)
    {
        Possible("0-1").Source("a_pmu", first, "0-1", "../../../devices/soc/pmu-b").Source("b_pmu", second, "0-1", "../../../devices/soc/pmu-a")
            .Source("c_pmu", 12, "0-1", "../../../devices/soc/pmu-c");
        var choice = Is(
            s_selects,
            new(),
            "kernel default: refused: compatibility is not asked for, and KVM can be told which",
            "b_pmu: taken: it covers all possible CPUs 0-1",
            "a_pmu: refused: it covers all possible CPUs, but b_pmu has the smaller link target",
            "c_pmu: refused: it covers all possible CPUs, but b_pmu has the smaller link target",
            "fixed counters: refused: this kernel does not offer them",
            "none: refused: there is something to count with");
        Assert.Equal(second, choice.PmuType);
    }

    [Fact]
    public void Without_links_the_names_decide()
    {
        Possible("0");
        _host.Pmu("b_pmu", 10, ("cpus", "0")).Pmu("a_pmu", 11, ("cpus", "0"));
        Assert.Equal(11u, ArmPmuBackends.Choose(_host.Roots, s_selects, new()).PmuType);
    }

    [Theory]
    [InlineData("armv8_cortex_a72")]
    [InlineData("11")]
    public void A_source_that_the_user_names_binds_the_vcpus(string name)
    {
        BigLittle().Source("software", 1, null, "../../../devices/software");
        var choice = Is(
            s_selectsAndFixes,
            new() { Source = name, Compatible = true },
            "armv8_cortex_a72: taken: the user names it; the vCPUs must stay on its CPUs 4-5",
            "kernel default: refused: the user names armv8_cortex_a72",
            "armv8_cortex_a53: refused: the user names armv8_cortex_a72",
            "software: refused: it has no file cpus: it is not a PMU of cores",
            "fixed counters: refused: the user names armv8_cortex_a72",
            "none: refused: the user names armv8_cortex_a72");
        Assert.Equal((11u, CpuList.Of(4, 5)), (choice.PmuType, choice.VcpuCpus));
    }

    [Fact]
    public void A_named_source_that_covers_all_binds_nothing()
    {
        Possible("0-3").Source("armv8_pmuv3", 10, "0-3", "../../../devices/pmu");
        var choice = ArmPmuBackends.Choose(_host.Roots, s_selects, new() { Source = "10" });
        Assert.Equal("armv8_pmuv3: taken: the user names it; it covers all possible CPUs 0-3", $"{choice.Taken}");
        Assert.Null(choice.VcpuCpus);
    }

    public static TheoryData<string, string> WrongNames => new()
    {
        {
            "armv8_cortex_a57", """
            Cannot count guests with the event source armv8_cortex_a57.
            No event source here has the name armv8_cortex_a57.
            Name one of these: armv8_cortex_a53 (type 10, CPUs 0-3), armv8_cortex_a72 (type 11, CPUs 4-5).
            """
        },
        {
            "12", """
            Cannot count guests with the event source 12.
            No event source here has the type 12.
            Name one of these: armv8_cortex_a53 (type 10, CPUs 0-3), armv8_cortex_a72 (type 11, CPUs 4-5).
            """
        },
        {
            "software", """
            Cannot count guests with the event source software.
            KVM counts with the PMU of a kind of core, and software is none that can be used: it has no file cpus: it is not a PMU of cores.
            See what can be:  pfmon kvm backend
            """
        },
        {
            "half", """
            Cannot count guests with the event source half.
            KVM counts with the PMU of a kind of core, and half is none that can be used: it has no file type.
            See what can be:  pfmon kvm backend
            """
        },
        {
            "odd", """
            Cannot count guests with the event source odd.
            KVM counts with the PMU of a kind of core, and odd is none that can be used: its file type: 'seven' is not a number of type UInt32.
            See what can be:  pfmon kvm backend
            """
        },
    };

    [Theory]
    [MemberData(nameof(WrongNames))]
    public void A_name_that_is_no_source_is_an_error(string name, string message)
    {
        BigLittle().Source("software", 1, null, "../../../devices/software");
        _host.File("sys/bus/event_source/devices/half/cpus", "0-5").File("sys/bus/event_source/devices/odd/cpus", "0-5").File("sys/bus/event_source/devices/odd/type", "seven");
        var refusal = Assert.Throws<PerfmonException>(() => ArmPmuBackends.Choose(_host.Roots, s_selects, new() { Source = name }));
        Assert.Equal((PerfmonReason.InvalidRequest, message), (refusal.Reason, refusal.Message));
    }

    [Fact]
    public void A_name_where_kvm_cannot_be_told_is_an_error()
    {
        BigLittle();
        var refusal = Assert.Throws<PerfmonException>(() => ArmPmuBackends.Choose(_host.Roots, s_old, new() { Source = "10" }));
        Assert.Equal(
            """
            Cannot count guests with the event source armv8_cortex_a53.
            KVM here cannot be told which PMU to take: KVM_ARM_VCPU_PMU_V3_SET_PMU is in Linux 5.18.
            Name none: the kernel takes the PMU of the CPU on which the first vCPU is initialised.
            """,
            refusal.Message);
        Assert.Equal(PerfmonReason.NotSupported, refusal.Reason);

        refusal = Assert.Throws<PerfmonException>(() => ArmPmuBackends.Choose(_host.Roots, s_none, new() { Source = "10" }));
        Assert.Equal("KVM here has no virtual PMU: KVM_CAP_ARM_PMU_V3 is 0.", refusal.Message.Split('\n')[1]);
    }

    private ArmPmuBackendsTests BigLittle() => Possible("0-5")
        .Source("armv8_cortex_a53", 10, "0-3", "../../../devices/armv8_cortex_a53").Source("armv8_cortex_a72", 11, "4-5", "../../../devices/armv8_cortex_a72");

    private ArmPmuBackendsTests Possible(string cpus)
    {
        _host.File("sys/devices/system/cpu/possible", cpus);
        return this;
    }

    // As sysfs has it: the folder is a link to where the device is.
    private ArmPmuBackendsTests Source(string name, uint type, string? cpus, string link)
    {
        var device = link.Replace("../../../", "sys/", StringComparison.Ordinal);
        _host.File($"{device}/type", $"{type}").Folder("sys/bus/event_source/devices");
        if (cpus is not null)
        {
            _host.File($"{device}/cpus", cpus);
        }

        Directory.CreateSymbolicLink(_host.PathOf($"sys/bus/event_source/devices/{name}"), link);
        return this;
    }

    // The whole choice: what became of every candidate, in order.
    private ArmPmuChoice Is(ArmPmuOffer offer, ArmPmuWish wish, params string[] candidates)
    {
        var choice = ArmPmuBackends.Choose(_host.Roots, offer, wish);
        Assert.Equal(candidates, choice.Candidates.Select(candidate => $"{candidate}"));
        Assert.Single(choice.Candidates, candidate => candidate.Taken);
        return choice;
    }
}
