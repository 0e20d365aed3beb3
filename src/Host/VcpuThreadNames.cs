using System.Globalization;

namespace Perfmon.Host;

/// <summary>The names that VMMs give to the threads of vCPUs. They are the VMM's word alone: any thread may be called anything.</summary>
internal static class VcpuThreadNames
{
    // Before and behind the vCPU's number. QEMU gives names where it was started with -name debug-threads=on, as libvirt does.
    private static readonly (string Before, string Behind)[] s_names =
    [
        ("CPU ", "/KVM"),     // QEMU
        ("fc_vcpu ", ""),     // Firecracker
        ("vcpu", ""),         // Cloud Hypervisor
        ("crosvm_vcpu", ""),  // crosvm
        ("kvm-vcpu-", ""),    // kvmtool
    ];

    /// <summary>The threads whose names are those of vCPUs, by number.</summary>
    public static List<VcpuThread> Find(HostRoots roots, int processId, IReadOnlyList<int> threads)
    {
        var reader = new HostReader(roots);
        var found = new List<VcpuThread>();
        foreach (var thread in threads)
        {
            var task = string.Create(CultureInfo.InvariantCulture, $"{processId}/task/{thread}/comm");
            if (reader.Text(reader.Proc(task)) is { } name && Number(name) is { } vcpu)
            {
                found.Add(new VcpuThread(vcpu, thread));
            }
        }

        return [.. found.OrderBy(one => one.Vcpu).ThenBy(one => one.ThreadId)];
    }

    private static int? Number(string name)
    {
        foreach (var (before, behind) in s_names)
        {
            if (name.Length > before.Length + behind.Length
                && name.StartsWith(before, StringComparison.Ordinal)
                && name.EndsWith(behind, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(before.Length..^behind.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }
        }

        return null;
    }
}
