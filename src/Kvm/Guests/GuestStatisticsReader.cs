using System.Globalization;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native.Kvm;

namespace Perfmon.Kvm.Guests;

/// <summary>
/// Reads KVM's statistics of a process's virtual machine, from the first place that has them: descriptors that the process has open, its monitor, debugfs. Whom
/// nobody gave a descriptor cannot make one: KVM answers no other process.
/// </summary>
internal sealed class GuestStatisticsReader(IKvmKernel kernel, HostRoots roots, int processId, string? monitorSocket) : IDisposable
{
    private const string MachineLink = "anon_inode:kvm-vm-stats";
    private const string VcpuLink = "anon_inode:kvm-vcpu-stats:";

    // By the process's own number of the descriptor. -1: the machine.
    private readonly Dictionary<string, (int Vcpu, KvmStatisticsFile File)> _files = [];

    /// <summary>The statistics as they stand. What cannot be read is said in them, and no error.</summary>
    public GuestStatistics Read(VirtualMachine machine)
    {
        if (machine.Machines > 1)
        {
            return GuestStatistics.None($"process {processId} has {machine.Machines} virtual machines open, and nothing tells whose statistics are whose");
        }

        var problems = new List<string>();
        return FromDescriptors(machine, problems) ?? FromMonitor(problems) ?? FromDebugFs(problems) ?? GuestStatistics.None(string.Join("; ", problems));
    }

    public void Dispose()
    {
        foreach (var (_, file) in _files.Values)
        {
            file.Dispose();
        }

        _files.Clear();
    }

    private GuestStatistics? FromDescriptors(VirtualMachine machine, List<string> problems)
    {
        try
        {
            OpenFiles();
        }
        catch (PerfmonException refused)
        {
            problems.Add(refused.Message.ReplaceLineEndings(" "));
        }

        if (_files.Count == 0)
        {
            problems.Add("the process has no descriptor of KVM's statistics open");
            return null;
        }

        var vcpus = new Dictionary<int, KvmStatistics>();
        KvmStatistics? whole = null;
        foreach (var (vcpu, file) in _files.Values)
        {
            if (vcpu < 0)
            {
                whole ??= file.Read();
            }
            else if (!vcpus.ContainsKey(vcpu))
            {
                vcpus.Add(vcpu, file.Read());
            }
        }

        var missing = machine.VcpuNumbers.Where(number => !vcpus.ContainsKey(number)).ToList();
        return new GuestStatistics(GuestStatisticsSource.Descriptors, GuestStatistics.Sum(whole, vcpus.Values), vcpus)
        {
            Problem = missing.Count > 0 ? $"the process has no statistics open of vCPU {string.Join(", ", missing)}, which are not in the sums" : null,
        };
    }

    private void OpenFiles()
    {
        foreach (var (number, link) in ProcessDescriptors.Links(Path.Join(roots.Proc, processId.ToString(CultureInfo.InvariantCulture))) ?? [])
        {
            int? vcpu = link == MachineLink ? -1
                : link.StartsWith(VcpuLink, StringComparison.Ordinal) && int.TryParse(link.AsSpan(VcpuLink.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed
                : null;
            if (vcpu is { } whose && !_files.ContainsKey(number))
            {
                _files.Add(number, (whose, KvmStatisticsFile.Copy(kernel, processId, int.Parse(number, CultureInfo.InvariantCulture))));
            }
        }
    }

    private GuestStatistics? FromMonitor(List<string> problems)
    {
        if (monitorSocket is null)
        {
            problems.Add("no monitor of it was named");
            return null;
        }

        try
        {
            return QmpStatistics.Read(monitorSocket);
        }
        catch (PerfmonException refused)
        {
            problems.Add(refused.Message.ReplaceLineEndings(" "));
            return null;
        }
    }

    private GuestStatistics? FromDebugFs(List<string> problems)
    {
        var folders = VcpuDebugFs.Read(roots, ProcessThreads.List(roots, processId) ?? []);
        if (folders.Folders is not [var folder])
        {
            problems.Add(folders.Problems.Count > 0 ? string.Join("; ", folders.Problems) : "debugfs has no virtual machine of the process");
            return null;
        }

        var values = new List<KvmStatisticValue>();
        var reader = new HostReader(roots);
        foreach (var name in reader.Files(folder).Where(name => !name.EndsWith("_hist", StringComparison.Ordinal)))
        {
            if (reader.Text(Path.Join(folder, name)) is { } text && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                values.Add(new KvmStatisticValue(new KvmStatistic(name, KindOf(name), name.EndsWith("_ns", StringComparison.Ordinal) ? KvmStatisticUnit.Seconds : KvmStatisticUnit.None)
                {
                    Exponent = name.EndsWith("_ns", StringComparison.Ordinal) ? -9 : 0,
                }, [value]));
            }
        }

        // Where the kernel is locked down, debugfs shows only files that nobody may write: those of statistics that grow can be set to 0.
        if (!values.Exists(value => value.Grows))
        {
            problems.Add($"those in {folder} may not be read (a kernel that is locked down hides most of debugfs)");
            return null;
        }

        return new GuestStatistics(GuestStatisticsSource.DebugFs, new KvmStatistics(values), new Dictionary<int, KvmStatistics>());
    }

    // debugfs does not say what a number is: these stand or are peaks, and all others grow.
    private static KvmStatisticKind KindOf(string name) => name switch
    {
        "blocking" or "guest_mode" or "mmu_unsync" or "nx_lpage_splits" => KvmStatisticKind.Instant,
        _ when name.StartsWith("pages_", StringComparison.Ordinal) => KvmStatisticKind.Instant,
        _ when name.StartsWith("max_", StringComparison.Ordinal) => KvmStatisticKind.Peak,
        _ => KvmStatisticKind.Cumulative,
    };
}
