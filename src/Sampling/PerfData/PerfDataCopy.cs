namespace Perfmon.Sampling.PerfData;

/// <summary>Writes a recording again: what was compressed or came from a pipe becomes a plain file.</summary>
public static class PerfDataCopy
{
    private const long RoundBytes = 1 << 20;

    /// <summary>
    /// Writes all records that <paramref name="reader"/> has left, and the build ids; the writer is to be made with its events and features, and is completed
    /// by the caller. Hardware traces are left out.
    /// </summary>
    /// <param name="reader">Opened with <see cref="PerfDataOptions.InTimeOrder"/>: the rounds of the file that it reads are gone.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="wasRead">Told now and then how far the reader is, in bytes.</param>
    public static void Copy(PerfDataReader reader, PerfDataWriter writer, Action<long>? wasRead = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(writer);
        var known = reader.Features.BuildIds.Count;
        var roundEnd = RoundBytes;
        while (reader.TryRead(out var record))
        {
            if (IsOfTraces((FileRecordType)record.Type))
            {
                continue;
            }

            writer.Write(record.Bytes);
            if (writer.BytesWritten >= roundEnd)
            {
                writer.FinishRound();
                wasRead?.Invoke(reader.Position);
                roundEnd = writer.BytesWritten + RoundBytes;
            }
        }

        // A pipe tells them behind the records.
        foreach (var buildId in reader.Features.BuildIds.Skip(known))
        {
            writer.AddBuildId(buildId);
        }
    }

    // Without the traces themselves nobody can read what is said of them.
    private static bool IsOfTraces(FileRecordType type) => type is FileRecordType.AuxTraceInfo or FileRecordType.AuxTraceError;
}
