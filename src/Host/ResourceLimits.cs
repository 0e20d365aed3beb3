using System.Globalization;

namespace Perfmon.Host;

/// <summary>What bounds the number of events and the size of buffers: <c>/proc/self/limits</c> and its kin. Null: unknown.</summary>
public sealed record ResourceLimits
{
    /// <summary>Open files (RLIMIT_NOFILE): each event needs one.</summary>
    public ResourceLimit? OpenFiles { get; init; }

    /// <summary>Locked memory in bytes (RLIMIT_MEMLOCK): sample buffers beyond kernel.perf_event_mlock_kb count here.</summary>
    public ResourceLimit? LockedMemory { get; init; }

    /// <summary>Files that this process had open when this was read.</summary>
    public int? OpenFileCount { get; init; }

    /// <summary><c>fs.nr_open</c>: what the hard limit of open files can be raised to.</summary>
    public ulong? MaxOpenFiles { get; init; }

    internal static ResourceLimits Read(HostReader reader)
    {
        var path = reader.Proc("self/limits");
        var lines = (reader.Text(path) ?? "").Split('\n');
        return new ResourceLimits
        {
            OpenFiles = Limit(reader, path, lines, "Max open files"),
            LockedMemory = Limit(reader, path, lines, "Max locked memory"),
            OpenFileCount = reader.CountEntries(reader.Proc("self/fd")),
            MaxOpenFiles = reader.Number<ulong>(reader.Proc("sys/fs/nr_open")),
        };
    }

    // "Max open files            1024                 524288               files": name, soft, hard, unit.
    private static ResourceLimit? Limit(HostReader reader, string path, string[] lines, string name)
    {
        if (Array.Find(lines, line => line.StartsWith(name, StringComparison.Ordinal)) is not { } line)
        {
            return null;
        }

        var columns = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (columns.Length >= 2 && TryParse(columns[0], out var soft) && TryParse(columns[1], out var hard))
        {
            return new ResourceLimit(soft, hard);
        }

        reader.Report(path, $"{HostReader.Quote(line)} has no soft and hard limit");
        return null;
    }

    private static bool TryParse(string text, out ulong limit)
    {
        limit = ResourceLimit.Unlimited;
        return text == "unlimited" || ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit);
    }
}
