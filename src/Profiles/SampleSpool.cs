using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>
/// Keeps samples by lane, in a temporary file once they are more than a few: each lane is a chain of blocks of one size, and only its last block is in
/// memory. The file has no name from the moment it is open, so that nothing is left behind even where the process is killed.
/// </summary>
internal sealed class SampleSpool(string? folder = null) : IDisposable
{
    private const int BlockSamples = 256;
    private const int HeaderBytes = sizeof(long);
    private static readonly int s_blockBytes = HeaderBytes + (BlockSamples * Unsafe.SizeOf<TimedSample>());

    private readonly string _folder = folder ?? Path.GetTempPath();
    private readonly byte[] _block = new byte[s_blockBytes];
    private SafeFileHandle? _file;
    private long _length;

    /// <summary>The bytes in the file, holes included; 0 while there is none.</summary>
    public long Length => _length;

    /// <exception cref="PerfmonException">The temporary file cannot be made or written.</exception>
    public void Add(SpoolLane lane, in TimedSample sample)
    {
        if (lane.Count == lane.Samples.Length)
        {
            if (lane.Count < BlockSamples)
            {
                Array.Resize(ref lane.Samples, Math.Min(BlockSamples, lane.Count * 2));
            }
            else
            {
                Flush(lane);
            }
        }

        lane.Samples[lane.Count++] = sample;
    }

    /// <summary>The samples of <paramref name="lane"/>, in the order in which they were added. Nothing may be added meanwhile.</summary>
    public IEnumerable<TimedSample> Read(SpoolLane lane)
    {
        var block = new byte[lane.Blocks == 0 ? 0 : s_blockBytes];
        var position = lane.FirstBlock;
        for (var i = 0; i < lane.Blocks; i++)
        {
            Fill(block, position);
            position = BinaryPrimitives.ReadInt64LittleEndian(block);
            for (var k = 0; k < BlockSamples; k++)
            {
                yield return MemoryMarshal.Cast<byte, TimedSample>(block.AsSpan(HeaderBytes))[k];
            }
        }

        for (var k = 0; k < lane.Count; k++)
        {
            yield return lane.Samples[k];
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Flush(SpoolLane lane)
    {
        // The place of the next block is taken now, so that this one can say where it will be.
        var position = lane.Blocks++ == 0 ? lane.FirstBlock = Reserve() : lane.NextBlock;
        lane.NextBlock = Reserve();
        BinaryPrimitives.WriteInt64LittleEndian(_block, lane.NextBlock);
        MemoryMarshal.AsBytes(lane.Samples.AsSpan()).CopyTo(_block.AsSpan(HeaderBytes));
        try
        {
            _file ??= Open();
            RandomAccess.Write(_file, _block, position);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PerfmonException(
                PerfmonReason.LimitReached,
                $"Cannot keep samples in a temporary file in {_folder}: {error.Message} Make room there, or set TMPDIR to another folder.",
                innerException: error);
        }

        lane.Count = 0;
    }

    private long Reserve()
    {
        var position = _length;
        _length += s_blockBytes;
        return position;
    }

    private SafeFileHandle Open()
    {
        var path = Path.Combine(_folder, $"perfmon-{Path.GetRandomFileName()}");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
        File.Delete(path);
        return file;
    }

    private void Fill(byte[] block, long position)
    {
        for (var filled = 0; filled < block.Length;)
        {
            var read = RandomAccess.Read(_file!, block.AsSpan(filled), position + filled);
            filled += read > 0 ? read : throw new PerfmonException(PerfmonReason.Unexpected, $"A temporary file in {_folder} ended early.");
        }
    }
}
