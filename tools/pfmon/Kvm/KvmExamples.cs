namespace Perfmon.Tool.Kvm;

/// <summary>The examples in the help of <c>pfmon kvm</c>, by the command's name after <c>pfmon</c>: each a command line and what it does.</summary>
internal static class KvmExamples
{
    public static Dictionary<string, string[]> All { get; } = new()
    {
        ["kvm"] = ["pfmon kvm filter --help", "what a guest may count"],
    };
}
