namespace Perfmon.Sampling.PerfData;

/// <summary>The parts of a file that can be sought. What a part claims is taken only as far as the file goes.</summary>
internal sealed class FileSections(Stream stream, Action<long, string, bool> notice)
{
    private readonly long _length = stream.Length;

    // Parts do not overlap, so that all of them together are not more than the file.
    private ulong _left = (ulong)stream.Length;

    /// <summary>A part's bytes, as many as the file has of them.</summary>
    /// <param name="section">Where.</param>
    /// <param name="what">What it is, for who is told that it is missing.</param>
    public byte[] Read(FileSection section, string what)
    {
        var there = Check(section, what);
        if (there > _left || there > (ulong)Array.MaxLength)
        {
            notice((long)section.Offset, $"{what}, {there:N0} bytes, cannot be beside what else the file claims to have.", true);
            return [];
        }

        if (there == 0)
        {
            return [];
        }

        _left -= there;
        var bytes = new byte[there];
        stream.Position = (long)section.Offset;
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>How many of a part's bytes the file has. Where it lacks some, that is told.</summary>
    public ulong Check(FileSection section, string what)
    {
        var there = Available(section);
        if (there < section.Size)
        {
            notice((long)Math.Min(section.Offset, long.MaxValue), $"the file does not have all of {what}: {there:N0} of {section.Size:N0} bytes.", true);
        }

        return there;
    }

    /// <summary>A part's entries, as many as the file has whole.</summary>
    public IEnumerable<byte[]> Entries(FileSection section, ulong count, ulong size)
    {
        for (var i = 0UL; i < count; i++)
        {
            var entry = new FileSection { Offset = section.Offset + (i * size), Size = size };
            if (Available(entry) < size)
            {
                notice((long)Math.Min(section.Offset, long.MaxValue), $"the file describes {i:N0} of {count:N0} events: samples of the others are not decoded.", true);
                yield break;
            }

            var bytes = Read(entry, "an event");
            if ((ulong)bytes.Length < size)
            {
                yield break;
            }

            yield return bytes;
        }
    }

    /// <summary>The records. Of a file whose writer was killed they go to its end: perf does not tell how long they are then, and we only of finished rounds.</summary>
    /// <param name="data">Where they are.</param>
    /// <param name="isFinished">Whether the header says that there is something behind them.</param>
    public RecordStream Records(FileSection data, bool isFinished)
    {
        if (data.Offset > (ulong)_length)
        {
            notice(_length, "the file ends before its records begin.", true);
            return new RecordStream(Stream.Null, _length, 0);
        }

        var size = data.Size;
        if (size == 0 || (!isFinished && size < (ulong)_length - data.Offset))
        {
            size = (ulong)_length - data.Offset;
            notice((long)data.Offset, "the file was not finished: it is read to its end.", true);
        }

        stream.Position = (long)data.Offset;
        return new RecordStream(stream, (long)data.Offset, (long)Math.Min(size, long.MaxValue - 1));
    }

    private ulong Available(FileSection section) =>
        section.Offset >= (ulong)_length ? 0 : Math.Min(section.Size, (ulong)_length - section.Offset);
}
