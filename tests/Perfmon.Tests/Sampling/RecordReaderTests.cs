using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Perfmon.Native;

namespace Perfmon.Tests.Sampling;

/// <summary>Records in a ring's bytes: all sizes at all places, and bytes that are no records.</summary>
public sealed class RecordReaderTests
{
    private const int RingSize = 1 << 17;
    private const int HeaderSize = 8;

    /// <summary>What is written into a ring comes out of it, wherever the ring ends: stretches of random records, up to the largest there are.</summary>
    [Fact]
    public void Every_record_comes_out_as_it_went_in()
    {
        var random = new Random(1);
        var ring = new byte[RingSize];
        var scratch = new byte[ushort.MaxValue];

        // Positions near 2^64 go round too.
        ulong[] starts = [0, RingSize - HeaderSize, ulong.MaxValue - (5 * RingSize) + 1];
        foreach (var start in starts)
        {
            var (head, tail) = (start, start);
            for (var stretch = 0; stretch < 2000; stretch++)
            {
                var written = new List<byte[]>();
                while (random.Next(8) != 0)
                {
                    var size = random.Next(4) switch { 0 => ushort.MaxValue - 7, 1 => HeaderSize, _ => HeaderSize * random.Next(1, 100) };
                    if (head - tail + (ulong)size > RingSize)
                    {
                        break;
                    }

                    written.Add(Record(size, random));
                    Write(ring, head, written[^1]);
                    head += (ulong)size;
                }

                var reader = new RecordReader(ring, tail, head, scratch);
                foreach (var record in written)
                {
                    Assert.True(reader.TryNext(out var read));
                    Assert.True(read.SequenceEqual(record));
                }

                Assert.False(reader.TryNext(out _));
                Assert.Equal((false, 0UL, head), (reader.IsCorrupt, reader.Left, reader.Position));
                tail = head;
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(48)]
    [InlineData(ushort.MaxValue)]
    public void A_size_that_no_record_has_ends_the_stretch(int size)
    {
        var ring = new byte[4096];
        Write(ring, 4088, Header(16));
        Write(ring, 4104, Header(size));
        var reader = new RecordReader(ring, 4088, 4088 + 16 + 40, new byte[ushort.MaxValue]);
        Assert.True(reader.TryNext(out var first));
        Assert.Equal(16, first.Length);
        Assert.False(reader.TryNext(out var none));
        Assert.True(none.IsEmpty);
        Assert.Equal((true, 40UL), (reader.IsCorrupt, reader.Left));
        Assert.False(reader.TryNext(out _));
    }

    [Theory]
    [InlineData(0UL, 4104UL)]
    [InlineData(8UL, 0UL)]
    [InlineData(0UL, ulong.MaxValue)]
    [InlineData(4092UL, 4100UL)]
    public void Positions_that_no_kernel_gives_end_it_at_once(ulong tail, ulong head)
    {
        var reader = new RecordReader(new byte[4096], tail, head, new byte[ushort.MaxValue]);
        Assert.False(reader.TryNext(out _));
        Assert.True(reader.IsCorrupt);
    }

    /// <summary>Whatever the bytes and positions are: it ends, and what it gives is no more than the stretch.</summary>
    [Fact]
    public void Any_bytes_at_all()
    {
        var random = new Random(2);
        var ring = new byte[4096];
        var scratch = new byte[ushort.MaxValue];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(ring);
            for (var i = random.Next(200); i > 0; i--)
            {
                // Sizes that are likely to be believed.
                ring[(random.Next(511) * HeaderSize) + 6] = (byte)(random.Next(8) * HeaderSize);
                ring[(random.Next(511) * HeaderSize) + 7] = 0;
            }

            var tail = (ulong)random.NextInt64() & (random.Next(2) == 0 ? ~7UL : ~0UL);
            var head = tail + (ulong)random.Next(0, 5000);
            var reader = new RecordReader(ring, tail, head, scratch);
            var given = 0UL;
            while (reader.TryNext(out var record))
            {
                Assert.InRange(record.Length, HeaderSize, 4096);
                given += (ulong)record.Length;
            }

            Assert.InRange(given, 0UL, 4096UL);
            Assert.Equal(tail + given, reader.Position);
            Assert.Equal(reader.IsCorrupt, reader.Left != 0);
        }
    }

    private static byte[] Header(int size)
    {
        var header = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), (ushort)size);
        return header;
    }

    private static byte[] Record(int size, Random random)
    {
        var record = new byte[size];
        random.NextBytes(record);
        MemoryMarshal.Write(record.AsSpan(6), (ushort)size);
        return record;
    }

    private static void Write(byte[] ring, ulong position, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            ring[(int)(position++ & (ulong)(ring.Length - 1))] = one;
        }
    }
}
