using System.Text;
using Perfmon.Diagnostics;
using Perfmon.Sampling.PerfData;
using Perfmon.Sampling.Records;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Sampling.PerfData;

/// <summary>Files that end too early, or have bytes that nobody wrote: what is whole is given, what is missing is said.</summary>
public sealed class DamagedFileTests : IDisposable
{
    private static readonly int s_mutations = int.TryParse(Environment.GetEnvironmentVariable("PERFMON_MUTATIONS"), out var count) ? count : 3000;

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-perf-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>At every length there is. The records are those of the whole file, up to the cut.</summary>
    [SkippableTheory]
    [InlineData(FileKind.Ours)]
    [InlineData(FileKind.OurPipe)]
    [InlineData(FileKind.Compressed)]
    internal void Cut_anywhere(FileKind kind)
    {
        var bytes = Bytes(kind);
        var whole = Read(bytes, out var wholeNotices);
        Assert.Empty(wholeNotices);
        var most = 0;
        var silent = 0;
        for (var length = 0; length < bytes.Length; length += length < 2000 ? 1 : 7)
        {
            List<byte[]> records;
            IReadOnlyList<PerfDataNotice> notices;
            try
            {
                records = Read(bytes[..length], out notices);
            }
            catch (PerfmonException refused)
            {
                Assert.Equal(PerfmonReason.InvalidRequest, refused.Reason);
                Assert.True(length < 104, $"{length} bytes: {refused.Message}");
                continue;
            }

            Assert.True(records.Count <= whole.Count, $"{length} bytes: {records.Count} records of {whole.Count}");
            for (var i = most; i < records.Count; i++)
            {
                Assert.Equal(whole[i], records[i]);
            }

            Assert.True(records.Count >= most, "More bytes, fewer records.");
            most = Math.Max(most, records.Count);
            silent += notices.Count == 0 ? 1 : 0;
        }

        // A pipe may end after any record.
        Assert.Equal(whole.Count, most);
        Assert.True(kind == FileKind.OurPipe || silent == 0, $"{silent} cuts were not noticed.");
    }

    /// <summary>Nothing but a refusal comes out of any bytes, and no more memory than they have times something.</summary>
    [SkippableTheory]
    [InlineData(FileKind.Ours)]
    [InlineData(FileKind.OurPipe)]
    [InlineData(FileKind.Compressed)]
    internal void Bytes_that_nobody_wrote(FileKind kind)
    {
        var mutator = new FileMutator(Bytes(kind), seed: 1);
        mutator.ReadSome(s_mutations);
        Assert.True(mutator.Refused < s_mutations / 2, $"{mutator.Refused} were refused: the changes do not go deep.");
        Assert.True(mutator.WithDamage > s_mutations / 20, $"{mutator.WithDamage} were found damaged.");
    }

    [Theory]
    [InlineData("", "0 bytes")]
    [InlineData("PERFILE2", "8 bytes")]
    [InlineData("not a perf.data file at all, but longer", "does not begin with PERFILE2")]
    [InlineData("2ELIFREP................", "big-endian")]
    [InlineData("PERFFILE................", "first version")]
    [InlineData("PERFILE2h\0\0\0\0\0\0\0........", "its header is cut")]
    public void Other_files_are_refused(string text, string expected)
    {
        var path = Path.Combine(_folder, "other");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text));
        var exception = Assert.Throws<PerfmonException>(() => PerfDataReader.Open(path));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_refused() =>
        Assert.Equal(PerfmonReason.NotSupported, Assert.Throws<PerfmonException>(() => PerfDataReader.Open(_folder)).Reason);

    /// <summary>A header that claims what no file could have: nothing of it is allocated.</summary>
    [Fact]
    public void Claims_beyond_the_file_cost_nothing()
    {
        var header = new byte[104];
        "PERFILE2"u8.CopyTo(header);
        ulong[] words = [104, 80, 104, ulong.MaxValue, 104, long.MaxValue, 0, 0, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, ulong.MaxValue];
        Buffer.BlockCopy(words, 0, header, 8, words.Length * 8);
        Assert.Empty(Read(header, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Read(header, out var notices));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains(notices, notice => notice.Text.Contains("0 of ", StringComparison.Ordinal) && notice.IsDamage);
    }

    /// <summary>Files of a hardware trace: it is skipped, with all its bytes, and that is said and no damage.</summary>
    [SkippableFact]
    public void A_hardware_trace_is_skipped()
    {
        var recorded = Recorded.Take(rounds: 1);
        using var stream = new MemoryStream();
        using (var writer = PerfDataWriter.ToPipe(stream, recorded.Events, new PerfDataFeatures()))
        {
            writer.Write(recorded.Rounds[0]);
            stream.Write([71, 0, 0, 0, 0, 0, 16, 0, 0, 0x20, 0, 0, 0, 0, 0, 0]);
            stream.Write(Enumerable.Repeat((byte)0xff, 0x2000).ToArray());
            writer.Write(recorded.Rounds[0]);
            writer.Complete();
        }

        var records = Read(stream.ToArray(), out var notices);
        Assert.Equal(2 * recorded.Samples.Count, records.Count(record => BitConverter.ToUInt32(record) == (uint)RecordType.Sample));
        var notice = Assert.Single(notices);
        Assert.Equal((false, true), (notice.IsDamage, notice.Text.StartsWith("8,192 bytes of hardware traces", StringComparison.Ordinal)));
    }

    private static List<byte[]> Read(byte[] bytes, out IReadOnlyList<PerfDataNotice> notices)
    {
        using var reader = PerfDataReader.Open(new MemoryStream(bytes));
        var records = new List<byte[]>();
        while (reader.TryRead(out var record))
        {
            records.Add(record.Bytes.ToArray());
        }

        notices = reader.Notices;
        return records;
    }

    private byte[] Bytes(FileKind kind)
    {
        var path = Path.Combine(_folder, "perf.data");
        switch (kind)
        {
            case FileKind.Compressed:
                Perf.Record(path, ["-e", "cpu-clock", "-c", "50000", "-z"], CProgram.Named("fixed_loop"), "20000000");
                return File.ReadAllBytes(path);
            case FileKind.Ours:
                using (var writer = PerfDataWriter.Create(path, Recorded.Take(rounds: 2, calls: 5) is var recorded ? recorded.Events : [], Recorded.Features()))
                {
                    recorded.WriteTo(writer);
                    writer.Complete();
                }

                return File.ReadAllBytes(path);
            default:
                var taken = Recorded.Take(rounds: 2, calls: 5);
                using (var stream = new MemoryStream())
                {
                    using var writer = PerfDataWriter.ToPipe(stream, taken.Events, Recorded.Features());
                    taken.WriteTo(writer);
                    writer.Complete();
                    return stream.ToArray();
                }
        }
    }

    internal enum FileKind
    {
        Ours,
        OurPipe,
        Compressed,
    }
}
