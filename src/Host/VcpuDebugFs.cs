using System.Globalization;

namespace Perfmon.Host;

/// <summary>What KVM tells in debugfs of the virtual machines of a process: a folder <c>kvm/PID-FD</c> each, with <c>vcpuN/pid</c> in it.</summary>
internal sealed class VcpuDebugFs
{
    // PROC_PID_INIT_INO: the inode of the pid namespace whose ids KVM writes there.
    private const string InitialNamespace = "pid:[4026531836]";
    private const string VcpuFolder = "vcpu";

    private readonly List<string> _problems = [];
    private readonly List<VcpuThread> _found = [];
    private readonly List<string> _folders = [];

    private VcpuDebugFs()
    {
    }

    /// <summary>The vCPUs whose threads are known, by number, then by machine.</summary>
    public IReadOnlyList<VcpuThread> Found => _found;

    /// <summary>The folders of the process's virtual machines.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>Why threads are not known.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public static VcpuDebugFs Read(HostRoots roots, IReadOnlyList<int> threads)
    {
        var result = new VcpuDebugFs();
        result.Read(new HostReader(roots), threads.ToHashSet());
        result._found.Sort((one, other) => (one.Vcpu, one.Machine ?? 0).CompareTo((other.Vcpu, other.Machine ?? 0)));
        return result;
    }

    private void Read(HostReader reader, HashSet<int> threads)
    {
        var root = Path.Join(reader.Roots.DebugFs, "kvm");
        if (new FileInfo(reader.Proc("self/ns/pid")).LinkTarget is { } space and not InitialNamespace)
        {
            _problems.Add($"debugfs tells thread ids of the machine's first pid namespace, and this process is in another ({space}): run on the host itself.");
            return;
        }

        IReadOnlyList<string> folders;
        try
        {
            folders = [.. Directory.EnumerateDirectories(root).Select(folder => Path.GetFileName(folder))];
        }
        catch (DirectoryNotFoundException)
        {
            _problems.Add($"there is no {root}: debugfs is not mounted, or hidden from this user. Mount it:  sudo mount -t debugfs debugfs {reader.Roots.DebugFs}");
            return;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _problems.Add($"{root} is not readable: run as root.");
            return;
        }

        foreach (var folder in folders.Order(StringComparer.Ordinal))
        {
            var dash = folder.IndexOf('-', StringComparison.Ordinal);
            if (dash > 0 && Number(folder.AsSpan(..dash)) is { } creator && Number(folder.AsSpan((dash + 1)..)) is { } machine)
            {
                ReadMachine(reader, Path.Join(root, folder), creator, machine, threads);
            }
        }
    }

    // The folder is named by the thread that made the machine, which may have ended since: then the threads of the vCPUs tell whose it is.
    private void ReadMachine(HostReader reader, string folder, int creator, int machine, HashSet<int> threads)
    {
        var vcpus = new List<(int Vcpu, int? Thread)>();
        foreach (var name in reader.Folders(folder))
        {
            if (name.StartsWith(VcpuFolder, StringComparison.Ordinal) && Number(name.AsSpan(VcpuFolder.Length)) is { } vcpu)
            {
                vcpus.Add((vcpu, reader.Number<int>(Path.Join(folder, name, "pid"))));
            }
        }

        if (!threads.Contains(creator) && !vcpus.Exists(one => one.Thread is { } thread && threads.Contains(thread)))
        {
            return;
        }

        _folders.Add(folder);
        foreach (var (vcpu, thread) in vcpus)
        {
            switch (thread)
            {
                case > 0 and var id when threads.Contains(id):
                    _found.Add(new VcpuThread(vcpu, id) { Machine = machine });
                    break;
                case > 0 and var id:
                    _problems.Add($"the thread {id} that ran vCPU {vcpu} last has ended.");
                    break;
                case 0:
                    _problems.Add($"vCPU {vcpu} has not run yet: no thread is known to run it.");
                    break;
                default:
                    _problems.Add($"{Path.Join(folder, $"{VcpuFolder}{vcpu}", "pid")} cannot be read; kernels before Linux 5.19 have no such file.");
                    break;
            }
        }
    }

    private static int? Number(ReadOnlySpan<char> text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
