namespace Perfmon.Tool.Kvm;

/// <summary>The examples in the help of <c>pfmon kvm</c>, by the command's name after <c>pfmon</c>: each a command line and what it does.</summary>
internal static class KvmExamples
{
    public static Dictionary<string, string[]> All { get; } = new()
    {
        ["kvm"] = ["pfmon kvm filter --help", "what a guest may count"],
        ["kvm demo"] =
        [
            "pfmon kvm demo", "a guest's accesses to its PMU's registers, and its count beside what it must be",
            "pfmon kvm demo --migrate", "the same, moved to a new machine while it counts",
            "pfmon kvm demo --turns 5 --json | jq .exact", "for programs",
        ],
    };
}
