namespace Perfmon.Tool.Kvm;

/// <summary>The examples in the help of <c>pfmon kvm</c>, by the command's name after <c>pfmon</c>: each a command line and what it does.</summary>
internal static class KvmExamples
{
    public static Dictionary<string, string[]> All { get; } = new()
    {
        ["kvm"] =
        [
            "pfmon kvm filter --help", "what a guest may count",
            "pfmon kvm stat", "the virtual machines that run",
            "pfmon kvm demo", "a guest that counts itself",
        ],
        ["kvm backend"] =
        [
            "pfmon kvm backend", "what guests count with on this Arm host, and why not with the rest",
            "pfmon kvm backend --pmu armv8_cortex_a72", "with the PMU of one kind of core; says where the vCPUs must stay",
            "pfmon kvm backend --sys copy --offers set-pmu,fixed-counters", "on another host, whose sysfs was copied",
        ],
        ["kvm filter"] =
        [
            "pfmon kvm filter build --allow 0xd0/0x81 0xc0/0x00", "a filter of two events, as options for QEMU",
            "pfmon kvm filter explain @filter.json 0xd0/0x81", "whether a guest may count an event, and why",
            "pfmon kvm filter check @filter.json", "whether this machine's kernel takes it",
        ],
        ["kvm filter build"] =
        [
            "pfmon kvm filter build --allow instructions cycles --fixed 0,1", "two events, and the fixed counters that count the same",
            "pfmon kvm filter build --allow 0xd0/0x00:0x7c --exclude 0xd0/0x83", "all umasks that are 0 under mask 0x7c, without 0x83",
            "pfmon kvm filter build --deny 0x20c4 --to kernel", "a raw code, as the bytes that the kernel takes",
            "pfmon kvm filter build --allow 0x11 0x23-0x3a --guest arm", "a range of Arm events",
        ],
        ["kvm filter translate"] =
        [
            "pfmon kvm filter translate --to qemu-2025-01 @filter.json", "a file, with numbers as hexadecimal texts",
            "pfmon kvm filter translate --to objects '{\"qom-type\":…}'", "JSON as property lists",
            "pfmon kvm filter translate --raw --to qemu-2025-04 @filter.json", "masked entries as one entry for each event",
            "pfmon kvm filter translate --to kvmtool 'A:0x11-0x11;D:0x30-0x30'", "QEMU's ranges of Arm events for kvmtool",
        ],
        ["kvm filter explain"] =
        [
            "pfmon kvm filter explain @filter.json 0xd0/0x81 fixed:0", "an event and a fixed counter, on a CPU like this machine's",
            "pfmon kvm filter explain --vendor amd @filter.json 0x1c4/0x20", "on AMD's CPUs, whose selects have 12 bits",
            "pfmon kvm filter explain 'A:0x11-0x11;A:0x23-0x3a' 0x11 0x08", "events of Arm",
            "pfmon kvm filter explain --json @filter.json instructions | jq '.[0].allowed'", "for programs",
        ],
        ["kvm filter check"] =
        [
            "pfmon kvm filter check @filter.json", "the kernel's answer, and what of the filter is surely not meant",
            "pfmon kvm filter build --allow 0xc4/0x20 | pfmon kvm filter check @-", "a filter as it is built",
        ],
        ["kvm filter apply"] = ["pfmon kvm filter apply --vm 4711 @filter.json", "why KVM refuses it, and the options to start QEMU with"],
        ["kvm demo"] =
        [
            "pfmon kvm demo", "a guest's accesses to its PMU's registers, and its count beside what it must be",
            "pfmon kvm demo --migrate", "the same, moved to a new machine while it counts",
            "pfmon kvm demo --turns 5 --json | jq .exact", "for programs",
        ],
        ["kvm stat"] =
        [
            "pfmon kvm stat", "the virtual machines that run, with the threads of their vCPUs",
            "pfmon kvm stat --vm 4711 sleep 10", "each vCPU of one, for ten seconds, with KVM's own statistics beside",
            "pfmon kvm stat --vm 4711 -e kvm:kvm_exit,kvm:kvm_msr -I 1000", "two events, each second, until Ctrl-C",
            "pfmon kvm stat --vm 4711 -e cycles:G,cycles:H --vcpu 0", "guest and host apart, where the CPU has a PMU",
            "pfmon kvm stat --vm 4711 --qmp auto --timeout 5000", "with QEMU's monitor asked for threads and statistics",
        ],
    };
}
