using System.Runtime.InteropServices;
using Perfmon.Host;

namespace Perfmon.Tests.Support;

/// <summary>What a test needs of the machine. Where it lacks, the test is skipped with the fact and the command that mends it.</summary>
internal static class Requires
{
    // Commands that Debian's package of another name brings.
    private static readonly Dictionary<string, string> Packages = new()
    {
        ["perf"] = "linux-perf",
        ["setpriv"] = "util-linux",
        ["prlimit"] = "util-linux",
        ["taskset"] = "util-linux",
        ["unshare"] = "util-linux",
        ["c++filt"] = "binutils",
        ["objcopy"] = "binutils",
        ["readelf"] = "binutils",
        ["xz"] = "xz-utils",
        ["cc"] = "gcc libc6-dev",
        ["gcc"] = "gcc libc6-dev",
        ["dotnet"] = "dotnet-runtime-10.0",
    };

    public static void Root() =>
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root. Run: sudo dotnet test");

    public static void X86Kvm() => Skip.IfNot(
        RuntimeInformation.ProcessArchitecture == Architecture.X64 && File.Exists("/dev/kvm"),
        "no KVM for x86 guests: /dev/kvm is not there. Run on an x86 machine that has it, or give a container the device: --device /dev/kvm");

    /// <summary>Skips unless tracepoints can be looked up; returns where.</summary>
    public static string TraceFs()
    {
        var root = HostRoots.System.TraceFs.FirstOrDefault(folder => Directory.Exists(Path.Combine(folder, "events")));
        Skip.If(root is null, "tracefs is not mounted, or not readable. Run: sudo mount -t tracefs -o mode=755 tracefs /sys/kernel/tracing");
        return root!;
    }

    /// <summary>Skips unless KVM's folders in debugfs can be looked at.</summary>
    public static void DebugFs() => Skip.IfNot(
        Directory.Exists(Path.Combine(HostRoots.System.DebugFs, "kvm")),
        "debugfs is not mounted, or not readable. Run: sudo mount -t debugfs debugfs /sys/kernel/debug");

    /// <summary>Skips unless QEMU can run x86 guests on KVM.</summary>
    public static void X86Qemu()
    {
        X86Kvm();
        Skip.IfNot(IsInPath("qemu-system-x86_64"), "qemu-system-x86 is not installed. Run: sudo apt-get install qemu-system-x86");
    }

    public static void Command(string name) =>
        Skip.IfNot(IsInPath(name), $"{name} is not installed. Run: sudo apt-get install {Packages.GetValueOrDefault(name, name)}");

    public static void CCompiler() =>
        Skip.IfNot(CProgram.CanCompile, $"no C compiler with libc's headers. Run: sudo apt-get install {Packages["cc"]}");

    /// <summary>Whether PATH has a command of this name.</summary>
    public static bool IsInPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, name)));
}
