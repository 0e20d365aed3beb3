using Perfmon.Host;

namespace Perfmon.Kvm.Guests;

/// <summary>The sockets at which a process listens: procfs's <c>net/unix</c> has their paths, and the process's descriptors say which are its own.</summary>
public static class QmpSockets
{
    // __SO_ACCEPTCON: the socket listens.
    private const string Listening = "00010000";
    private const int PathField = 7;

    /// <summary>
    /// The paths of those that may be monitors, by their names: they have "qmp" or "monitor" in them. Others, such as guests' serial lines, are left alone: to connect to one may
    /// already change something. Empty where this user may not look at the process.
    /// </summary>
    public static IReadOnlyList<string> Find(int processId) => Find(HostRoots.System, processId);

    internal static IReadOnlyList<string> Find(HostRoots roots, int processId)
    {
        var reader = new HostReader(roots);
        var own = (ProcessDescriptors.Links(reader.Proc($"{processId}")) ?? [])
            .Where(one => one.Link.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(one => one.Link["socket:[".Length..].TrimEnd(']'))
            .ToHashSet();
        var found = new List<string>();

        // The process's own namespace of networks: Num RefCount Protocol Flags Type St Inode Path.
        foreach (var line in reader.Text(reader.Proc($"{processId}/net/unix"))?.Split('\n') ?? [])
        {
            var fields = line.Split(' ', PathField + 1, StringSplitOptions.RemoveEmptyEntries);
            if (fields is [_, _, _, Listening, _, _, var inode, ['/', ..] path] && own.Contains(inode) && IsMonitor(path))
            {
                found.Add(path);
            }
        }

        return found;
    }

    private static bool IsMonitor(string path)
    {
        var name = Path.GetFileName(path);
        return name.Contains("qmp", StringComparison.OrdinalIgnoreCase) || name.Contains("monitor", StringComparison.OrdinalIgnoreCase);
    }
}
