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

    /// <summary>Looks at every process; root may look at all.</summary>
    public static PerfProcesses Read(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var reader = new HostReader(roots);
        var found = new List<PerfProcess>();
        var notReadable = ProcessDescriptors.LookAtAll(reader, (pid, links) =>
        {
            var events = links.Count(one => one.Link == PerfEvent);
            var isMachine = links.Exists(one => one.Link is Kvm or VirtualMachines.MachineLink);
            if (events > 0 || isMachine)
            {
                found.Add(new PerfProcess(pid, reader.Text(reader.Proc(string.Create(CultureInfo.InvariantCulture, $"{pid}/comm"))) ?? "", events, isMachine));
            }
        });

        found.Sort((one, other) => one.Pid.CompareTo(other.Pid));
        return new PerfProcesses(found, notReadable, !Directory.Exists(reader.Proc("1")));
    }
}
