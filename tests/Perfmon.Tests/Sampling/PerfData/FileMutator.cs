using System.Buffers.Binary;
using Perfmon.Diagnostics;
using Perfmon.Sampling.PerfData;
using Perfmon.Tests.Sampling.Records;

namespace Perfmon.Tests.Sampling.PerfData;

/// <summary>Changes bytes of a perf.data file and reads all of it, in both orders.</summary>
internal sealed class FileMutator(byte[] file, int seed)
{
    // The buffers of a reader, and what objects cost beside the bytes that they stand for.
    private const long Buffers = 4 << 20;
    private const int PerByte = 64;

    private static readonly ulong[] s_nasty =
        [0, 1, 2, 7, 8, 63, 64, 68, 71, 80, 81, 83, 104, 0xffff, 0x10000, 0x7fffffff, uint.MaxValue, 1UL << 40, 1UL << 61, long.MaxValue, ulong.MaxValue - 7, ulong.MaxValue];

    private readonly Random _random = new(seed);

    /// <summary>How many were no perf.data file any more.</summary>
    public int Refused { get; private set; }

    /// <summary>How many had damage that was noticed.</summary>
    public int WithDamage { get; private set; }

    /// <summary>Reads that many changed files. Whatever is wrong with one comes as an exception that says which it was.</summary>
    public void ReadSome(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var bytes = Next();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Read(bytes, inTimeOrder: _random.Next(2) == 0);
            }
            catch (PerfmonException)
            {
                Refused++;
            }
            catch (Exception unexpected)
            {
                throw new InvalidOperationException($"Mutation {i} of seed {seed}: {unexpected.Message}", unexpected);
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > Buffers + ((long)bytes.Length * PerByte))
            {
                throw new InvalidOperationException($"Mutation {i} of seed {seed}: {allocated:N0} bytes allocated for {bytes.Length:N0}.");
            }
        }
    }

    private void Read(byte[] bytes, bool inTimeOrder)
    {
        using var reader = PerfDataReader.Open(new MemoryStream(bytes), new PerfDataOptions { InTimeOrder = inTimeOrder });
        var sum = 0UL;
        while (reader.TryRead(out var record))
        {
            sum += RecordReader.ReadAll(record) + (ulong)(reader.EventOf(record)?.Name.Length ?? 0);
        }

        sum += (ulong)reader.Features.CommandLine.Count + (ulong)reader.Features.BuildIds.Count + (ulong)reader.Events.Sum(one => one.Ids.Count);
        WithDamage += reader.IsDamaged || sum == 1 ? 1 : 0;
    }

    private byte[] Next()
    {
        var bytes = file.AsSpan(0, _random.Next(10) == 0 ? _random.Next(file.Length + 1) : file.Length).ToArray();
        for (var changes = 1 + _random.Next(8); changes > 0 && bytes.Length > 8; changes--)
        {
            // The header, or the begin of the records, more often than their share.
            var at = _random.Next(4) switch
            {
                0 => _random.Next(Math.Min(112, bytes.Length)),
                1 => _random.Next(Math.Min(1500, bytes.Length)),
                _ => _random.Next(bytes.Length),
            };
            switch (_random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)_random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << _random.Next(8));
                    break;
                case 2:
                    at &= ~7;
                    BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Math.Min(at, bytes.Length - 8)), s_nasty[_random.Next(s_nasty.Length)]);
                    break;
                default:
                    // A piece of the file somewhere else.
                    var length = Math.Min(_random.Next(1, 64), bytes.Length - at);
                    bytes.AsSpan(_random.Next(bytes.Length - length + 1), length).CopyTo(bytes.AsSpan(at));
                    break;
            }
        }

        return bytes;
    }
}
