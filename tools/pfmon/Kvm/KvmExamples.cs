namespace Perfmon.Tool.Kvm;

/// <summary>The examples in the help of <c>pfmon kvm</c>, by the command's name after <c>pfmon</c>: each a command line and what it does.</summary>
internal static class KvmExamples
{
    public static Dictionary<string, string[]> All { get; } = new()
    {
        ["kvm"] = ["pfmon kvm filter --help", "what a guest may count"],
        ["kvm backend"] =
        [
            "pfmon kvm backend", "what guests count with on this Arm host, and why not with the rest",
            "pfmon kvm backend --pmu armv8_cortex_a72", "with the PMU of one kind of core; says where the vCPUs must stay",
            "pfmon kvm backend --sys copy --offers set-pmu,fixed-counters", "on another host, whose sysfs was copied",
        ],
    };
}
