using System.Globalization;

namespace Perfmon.Host;

/// <summary>
/// The processes that may use counters, as the links of procfs's <c>PID/fd</c> show them. Only those of this process's own namespace
/// are seen: in a container, not those of its host. Processes come and go while it is read.
/// </summary>
/// <param name="Found">Those that have perf events or virtual machines, by id.</param>
/// <param name="NotReadable">How many others there are whose descriptors this user may not look at: by default those of other users.</param>
/// <param name="AreOthersHidden">Whether procfs does not even list the processes of other users (mount option hidepid).</param>
public sealed record PerfProcesses(IReadOnlyList<PerfProcess> Found, int NotReadable, bool AreOthersHidden)
{
    private const string PerfEvent = "anon_inode:[perf_event]";
    private const string Kvm = "/dev/kvm";
    private const string KvmMachine = "anon_inode:kvm-vm";

    /// <summary>Looks at every process; root may look at all.</summary>
    public static PerfProcesses Read(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var reader = new HostReader(roots);
        var found = new List<PerfProcess>();
        var notReadable = 0;
        foreach (var name in reader.Folders(roots.Proc))
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            if (Links(reader.Proc(name)) is not { } links)
            {
                // A thread of the kernel has no command line, and no descriptors either.
                notReadable += reader.Text(reader.Proc($"{name}/cmdline")) is { Length: > 0 } ? 1 : 0;
                continue;
            }

            var events = links.Count(link => link == PerfEvent);
            var isMachine = links.Exists(link => link is Kvm or KvmMachine);
            if (events > 0 || isMachine)
            {
                found.Add(new PerfProcess(pid, reader.Text(reader.Proc($"{name}/comm")) ?? "", events, isMachine));
            }
        }

        found.Sort((one, other) => one.Pid.CompareTo(other.Pid));
        return new PerfProcesses(found, notReadable, !Directory.Exists(reader.Proc("1")));
    }

    // Null where this user may not look at them. The descriptors are listed from fdinfo, whose entries are files: to list the links
    // themselves is to look at what they point to, which on a network file system whose server is gone takes for ever.
    private static List<string>? Links(string process)
    {
        var links = new List<string>();
        var isForbidden = false;
        try
        {
            foreach (var entry in Directory.EnumerateFiles(Path.Join(process, "fdinfo")))
            {
                if (new FileInfo(Path.Join(process, "fd", Path.GetFileName(entry))).LinkTarget is { } link)
                {
                    links.Add(link);
                }
                else
                {
                    isForbidden = true;
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return links;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // A descriptor may be closed meanwhile, but not all of them.
        return isForbidden && links.Count == 0 ? null : links;
    }
}
