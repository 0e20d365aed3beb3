using System.Runtime.InteropServices;

namespace Perfmon.Sampling.Records;

// struct {
//     struct perf_event_header header;
//     u32 pid;
//     u32 tid;
//     u64 nr_namespaces;
//     { u64 dev, inode; } [nr_namespaces];
//     struct sample_id sample_id;
// };

/// <summary>The namespaces of a process: <c>PERF_RECORD_NAMESPACES</c>.</summary>
public readonly ref struct NamespacesRecord
{
    private const int LinksOffset = 16;
    private const int LinkSize = 16;

    private readonly RecordBody _body;

    private NamespacesRecord(RecordBody body) => _body = body;

    /// <summary>The process.</summary>
    public int Pid => _body.I32(0);

    /// <summary>The thread.</summary>
    public int Tid => _body.I32(4);

    /// <summary>The namespaces, in this order: net, uts, ipc, pid, user, mnt, cgroup.</summary>
    public ReadOnlySpan<NamespaceLink> Links => MemoryMarshal.Cast<byte, NamespaceLink>(_body.From(LinksOffset))[..(int)_body.U64(8)];

    internal static bool TryOf(PerfRecord record, out NamespacesRecord namespaces)
    {
        if (record.TryBody(RecordType.Namespaces, LinksOffset, out var body) && body.U64(8) <= (ulong)((body.Length - LinksOffset) / LinkSize))
        {
            namespaces = new NamespacesRecord(body);
            return true;
        }

        namespaces = default;
        return false;
    }
}

/// <summary>A namespace: <c>struct perf_ns_link_info</c>.</summary>
/// <param name="Device">The device of its file under /proc/PID/ns.</param>
/// <param name="Inode">The inode of that file.</param>
public readonly record struct NamespaceLink(ulong Device, ulong Inode);
