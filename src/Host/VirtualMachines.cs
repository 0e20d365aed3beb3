using System.Globalization;
using Perfmon.Diagnostics;

namespace Perfmon.Host;

/// <summary>
/// The processes that run KVM virtual machines, as the links of procfs's <c>PID/fd</c> show them. Only those of this process's own namespace are seen.
/// Processes and vCPUs come and go while it is read.
/// </summary>
/// <param name="Found">The VMMs, by process id.</param>
/// <param name="NotReadable">How many other processes there are whose descriptors this user may not look at: by default those of other users.</param>
/// <param name="AreOthersHidden">Whether procfs does not even list the processes of other users (mount option hidepid).</param>
public sealed record VirtualMachines(IReadOnlyList<VirtualMachine> Found, int NotReadable, bool AreOthersHidden)
{
    internal const string MachineLink = "anon_inode:kvm-vm";
    private const string VcpuLink = "anon_inode:kvm-vcpu:";

    /// <summary>Looks at every process; root may look at all.</summary>
    public static VirtualMachines Read(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var reader = new HostReader(roots);
        var found = new List<VirtualMachine>();
        var notReadable = ProcessDescriptors.LookAtAll(reader, (pid, links) =>
        {
            if (links.Exists(one => one.Link == MachineLink || IsVcpu(one.Link, out _)) && ProcessThreads.List(roots, pid) is { } threads)
            {
                found.Add(Describe(reader, pid, threads, links));
            }
        });

        found.Sort((one, other) => one.ProcessId.CompareTo(other.ProcessId));
        return new VirtualMachines(found, notReadable, !Directory.Exists(reader.Proc("1")));
    }

    /// <summary>
    /// The VMM that process <paramref name="processId"/> is. A process whose descriptors this user may not look at counts as one if its threads have the names of
    /// vCPUs.
    /// </summary>
    /// <exception cref="PerfmonException">
    /// There is no such process (<see cref="PerfmonReason.NoSuchTarget"/>), it is none that runs virtual machines (<see cref="PerfmonReason.InvalidRequest"/>), or
    /// nothing that this user may see tells (<see cref="PerfmonReason.NotPermitted"/>).
    /// </exception>
    public static VirtualMachine Find(HostRoots roots, int processId)
    {
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        var reader = new HostReader(roots);
        var process = reader.Proc(processId.ToString(CultureInfo.InvariantCulture));
        if (ProcessThreads.List(roots, processId) is not { } threads)
        {
            throw new PerfmonException(
                PerfmonReason.NoSuchTarget,
                $"""
                There is no virtual machine of process {processId}.
                There is no such process, it has ended, or procfs hides it from this user.
                See what runs:  pfmon kvm stat
                """);
        }

        var links = ProcessDescriptors.Links(process);
        if (links is not null && !links.Exists(one => one.Link == MachineLink || IsVcpu(one.Link, out _)))
        {
            throw new PerfmonException(
                PerfmonReason.InvalidRequest,
                $"""
                There is no virtual machine of process {processId} ({reader.Text($"{process}/comm")}).
                None of its descriptors is one of KVM's (anon_inode:kvm-vm, anon_inode:kvm-vcpu).
                See what runs:  pfmon kvm stat
                """);
        }

        var machine = Describe(reader, processId, threads, links);
        return links is not null || machine.Vcpus.Count > 0
            ? machine
            : throw new PerfmonException(
                PerfmonReason.NotPermitted,
                $"""
                Whether process {processId} ({machine.Name}) runs a virtual machine cannot be told.
                {string.Join(' ', machine.Problems.Select(Sentence))}
                Run as root, or as the process's user.
                """);
    }

    /// <summary>A line of <see cref="VirtualMachine.Problems"/> as a sentence of its own.</summary>
    internal static string Sentence(string problem) => string.Concat(problem[..1].ToUpperInvariant(), problem.AsSpan(1));

    // The kernel knows which thread ran a vCPU last, where it may be asked. Names are the VMM's word: taken where they name just the vCPUs that there are,
    // and where the kernel does not contradict.
    private static VirtualMachine Describe(HostReader reader, int processId, IReadOnlyList<int> threads, List<(string Number, string Link)>? links)
    {
        var numbers = new SortedSet<int>();
        foreach (var (_, link) in links ?? [])
        {
            if (IsVcpu(link, out var number))
            {
                numbers.Add(number);
            }
        }

        var machine = new VirtualMachine(processId, reader.Text(reader.Proc(string.Create(CultureInfo.InvariantCulture, $"{processId}/comm"))) ?? "")
        {
            Machines = links?.Count(one => one.Link == MachineLink),
            VcpuNumbers = [.. numbers],
        };
        var problems = new List<string>();
        if (links is null)
        {
            problems.Add("its descriptors may not be looked at by this user.");
        }

        var named = VcpuThreadNames.Find(reader.Roots, processId, threads);
        var kernel = VcpuDebugFs.Read(reader.Roots, threads);
        var known = kernel.Found;
        var namesFit = named.Count > 0
            && named.DistinctBy(one => one.Vcpu).Count() == named.Count
            && (links is null || numbers.SetEquals(named.Select(one => one.Vcpu)));
        if (namesFit && known.All(one => named.Exists(other => (other.Vcpu, other.ThreadId) == (one.Vcpu, one.ThreadId))))
        {
            return machine with { Vcpus = named, Source = VcpuSource.ThreadNames, Problems = problems };
        }

        if (known.Count > 0)
        {
            if (namesFit)
            {
                problems.Add("the names of its threads and debugfs disagree about which thread runs which vCPU; debugfs tells which ran it last, and is believed.");
            }

            return machine with { Vcpus = known, Source = VcpuSource.DebugFs, Problems = [.. problems, .. kernel.Problems, .. Missing(numbers, known, kernel)] };
        }

        if (named.Count == 0)
        {
            problems.Add("none of its threads is named as a VMM names those of vCPUs (QEMU does so with -name debug-threads=on).");
        }
        else if (named.DistinctBy(one => one.Vcpu).Count() < named.Count)
        {
            var twice = named.GroupBy(one => one.Vcpu).First(same => same.Count() > 1);
            problems.Add($"threads {string.Join(" and ", twice.Select(one => one.ThreadId))} both have the name of vCPU {twice.Key}, which is ambiguous.");
            named = [];
        }
        else if (!namesFit && named.TrueForAll(one => numbers.Contains(one.Vcpu)))
        {
            problems.Add($"none of its threads has the name of vCPU {string.Join(", ", numbers.Except(named.Select(one => one.Vcpu)))}.");
            namesFit = true;
        }
        else if (!namesFit)
        {
            problems.Add($"KVM numbers its vCPUs {string.Join(", ", numbers)}; the names of its threads say {string.Join(", ", named.Select(one => one.Vcpu))}, which are the numbers used here.");
        }

        return machine with
        {
            Vcpus = named,
            Source = named.Count > 0 ? VcpuSource.ThreadNames : VcpuSource.None,
            AreNumbersOfKvm = named.Count == 0 || namesFit,
            Problems = [.. problems, .. kernel.Problems, .. kernel.Folders.Count == 0 && kernel.Problems.Count == 0 ? ["debugfs has no virtual machine of its threads."] : Array.Empty<string>()],
        };
    }

    private static IEnumerable<string> Missing(SortedSet<int> numbers, IReadOnlyList<VcpuThread> known, VcpuDebugFs kernel)
    {
        var missing = numbers.Except(known.Select(one => one.Vcpu)).ToList();
        return missing.Count > 0 && kernel.Problems.Count == 0 ? [$"debugfs does not know vCPU {string.Join(", ", missing)}."] : [];
    }

    private static bool IsVcpu(string link, out int number)
    {
        number = -1;
        return link.StartsWith(VcpuLink, StringComparison.Ordinal)
            && int.TryParse(link.AsSpan(VcpuLink.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
