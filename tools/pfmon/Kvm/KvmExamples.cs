namespace Perfmon.Tool.Kvm;

/// <summary>The examples in the help of <c>pfmon kvm</c>, by the command's name after <c>pfmon</c>: each a command line and what it does.</summary>
internal static class KvmExamples
{
    public static Dictionary<string, string[]> All { get; } = new()
    {
        ["kvm"] = ["pfmon kvm filter --help", "what a guest may count", "pfmon kvm stat", "the virtual machines that run"],
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
