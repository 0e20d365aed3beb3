using System.Buffers;
using System.Globalization;
using System.Text;
using Perfmon.Host;
using Perfmon.Sampling.Records;
using Perfmon.Symbols;

namespace Perfmon.Sampling.PerfData;

/// <summary>
/// Records of what was there before a recording began, and so was never told by the kernel: processes, their threads and mappings, the kernel and its
/// modules. They are the kernel's records with time and id 0, as perf writes them, and belong before all others.
/// </summary>
/// <param name="format">That of the file's first event: the records end as its records do.</param>
/// <param name="roots">Where the machine's files are.</param>
public sealed class ProcessRecords(RecordFormat format, HostRoots roots)
{
    private readonly SynthesizedRecord _record = new(format);
    private readonly Dictionary<(uint Major, uint Minor, ulong Inode), string?> _buildIds = [];

    /// <summary>Those of the running machine.</summary>
    public ProcessRecords(RecordFormat format)
        : this(format, HostRoots.System)
    {
    }

    /// <summary>
    /// Whether mappings carry the build id of their file in place of its inode, where it has one, as the kernel's do with
    /// <see cref="SideBand.BuildIds"/>. Each file is read for it.
    /// </summary>
    public bool TellsBuildIds { get; init; }

    /// <summary>The processes that run now.</summary>
    public IReadOnlyList<int> ProcessIds() => Numbers(roots.Proc);

    /// <summary>Writes all processes.</summary>
    public void WriteAll(IBufferWriter<byte> output)
    {
        foreach (var pid in ProcessIds())
        {
            WriteProcess(output, pid);
        }
    }

    /// <summary>Writes a process: its name, its threads, what is mapped executable. Nothing, if it has ended.</summary>
    public void WriteProcess(IBufferWriter<byte> output, int pid)
    {
        ArgumentNullException.ThrowIfNull(output);
        var folder = Path.Combine(roots.Proc, pid.ToString(CultureInfo.InvariantCulture));
        if (TryReadFirstLine(Path.Combine(folder, "comm")) is not { } name)
        {
            return;
        }

        _record.WriteComm(output, pid, pid, name);
        foreach (var tid in (ProcessThreads.List(roots, pid) ?? []).Where(tid => tid != pid))
        {
            if (TryReadFirstLine(Path.Combine(folder, "task", tid.ToString(CultureInfo.InvariantCulture), "comm")) is { } thread)
            {
                _record.WriteFork(output, pid, tid);
                _record.WriteComm(output, pid, tid, thread);
            }
        }

        foreach (var line in TryReadLines(Path.Combine(folder, "maps")))
        {
            if (ProcMapping.TryParse(line, out var mapping) && mapping.IsExecutable)
            {
                _record.WriteMmap2(output, pid, mapping, TellsBuildIds ? BuildIdOf(folder, mapping) : null);
            }
        }
    }

    /// <summary>Writes the kernel's text, and its modules'. Nothing of what the user may not see the addresses of (kernel.kptr_restrict).</summary>
    public void WriteKernel(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ulong start = 0;
        ulong end = 0;

        // ffffffff81000000 T _stext
        foreach (var line in TryReadLines(Path.Combine(roots.Proc, "kallsyms")))
        {
            if (line.EndsWith(" _text", StringComparison.Ordinal) || (start == 0 && line.EndsWith(" _stext", StringComparison.Ordinal)))
            {
                _ = TryHex(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), out start);
            }
            else if (line.EndsWith(" _etext", StringComparison.Ordinal))
            {
                _ = TryHex(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), out end);
            }

            if (start != 0 && end != 0)
            {
                break;
            }
        }

        if (start != 0 && end > start)
        {
            // perf knows by the offset how far the kernel was moved from where it was linked to.
            _record.WriteKernelMmap(output, start, end - start, start, "[kernel.kallsyms]_text");
        }

        // ext4 1130496 1 - Live 0xffffffffc0432000
        foreach (var line in TryReadLines(Path.Combine(roots.Proc, "modules")))
        {
            if (line.Split(' ') is [var name, var size, _, _, _, ['0', 'x', .. var hex], ..]
                && ulong.TryParse(size, CultureInfo.InvariantCulture, out var length) && TryHex(hex, out var address) && address != 0)
            {
                _record.WriteKernelMmap(output, address, length, 0, $"[{name}]");
            }
        }
    }

    private static bool TryHex(ReadOnlySpan<char> text, out ulong number) => ulong.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out number);

    // Many processes have the same libraries.
    private string? BuildIdOf(string process, in ProcMapping mapping)
    {
        if (mapping.Inode == 0 || mapping.FileName is not ['/', ..] || mapping.FileName.EndsWith(" (deleted)", StringComparison.Ordinal))
        {
            return null;
        }

        var file = (mapping.Major, mapping.Minor, mapping.Inode);
        if (!_buildIds.TryGetValue(file, out var buildId))
        {
            buildId = BuildIds.OfFile(Path.Join(process, "root", mapping.FileName));
            _buildIds[file] = buildId;
        }

        return buildId;
    }

    private static IReadOnlyList<int> Numbers(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var number) ? number : 0)
                .Where(number => number > 0).Order()];
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static byte[]? TryReadFirstLine(string path)
    {
        try
        {
            return Encoding.UTF8.GetBytes(File.ReadAllText(path).TrimEnd('\n'));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A process may end between two of its lines.
    private static IEnumerable<string> TryReadLines(string path)
    {
        StreamReader reader;
        try
        {
            reader = new StreamReader(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        using (reader)
        {
            while (TryReadLine(reader) is { } line)
            {
                yield return line;
            }
        }
    }

    private static string? TryReadLine(StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
