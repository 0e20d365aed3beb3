using System.Buffers.Binary;
using System.Numerics;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>
/// The bytes that a paravirtual PMU is moved as; little-endian. Pure.
/// <code>
///  0 u64 "PfmPvPmu"        24 u64 GENERATION           56 for each counter 4 u64:
///  8 u32 version, 1        32 u64 GLOBAL_CONTROL           CONTROL, VALUE, TIME_ENABLED, TIME_RUNNING
/// 12 u32 length, all bytes 40 u64 OVERFLOW_STATUS      .. u32 CRC-32C of all bytes before
/// 16 u32 counters          48 u64 NOTIFY_VECTOR
/// 20 u32 width
/// </code>
/// </summary>
internal sealed class ParavirtualState(int counters)
{
    public const uint FormatVersion = 1;

    private const int VersionAt = 8;
    private const int LengthAt = 12;
    private const int CountersAt = 16;
    private const int WidthAt = 20;
    private const int GlobalsAt = 24;
    private const int CountersBegin = 56;
    private const int CounterBytes = 32;
    private const int ChecksumBytes = 4;

    public ulong Generation { get; set; }

    public ulong GlobalControl { get; set; }

    /// <summary>The counters that have overflowed, and whether they are frozen.</summary>
    public ulong Overflow { get; set; }

    public ulong NotifyVector { get; set; }

    public CounterRegisters[] Counters { get; } = new CounterRegisters[counters];

    public static int Length(int counters) => CountersBegin + (counters * CounterBytes) + ChecksumBytes;

    public byte[] Encode(int width)
    {
        var bytes = new byte[Length(Counters.Length)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ParavirtualRegisters.IdentityValue);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(VersionAt), FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(LengthAt), (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CountersAt), (uint)Counters.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(WidthAt), (uint)width);
        Write(bytes, GlobalsAt, Generation, GlobalControl, Overflow, NotifyVector);
        for (var i = 0; i < Counters.Length; i++)
        {
            ref readonly var counter = ref Counters[i];
            Write(bytes, CountersBegin + (i * CounterBytes), counter.Control.Bits, counter.Value, counter.TimeEnabled, counter.TimeRunning);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - ChecksumBytes), Checksum(bytes.AsSpan(..^ChecksumBytes)));
        return bytes;
    }

    /// <summary>What the bytes say, for a PMU of so many counters of this width. Every register has a value that a guest could have written.</summary>
    /// <exception cref="Diagnostics.PerfmonException">They are damaged, of a newer version, or of another PMU.</exception>
    public static ParavirtualState Decode(ReadOnlySpan<byte> bytes, int counters, int width)
    {
        if (bytes.Length < CountersBegin + ChecksumBytes)
        {
            throw ParavirtualErrors.BadState($"It has {bytes.Length} bytes, and no state has fewer than {Length(1)}.");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != ParavirtualRegisters.IdentityValue)
        {
            throw ParavirtualErrors.BadState("Its bytes 0 to 7 are not PfmPvPmu: it is no such state.");
        }

        // The checksum first: a version is believed only when nothing is damaged. It ends the bytes in every version.
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(bytes[LengthAt..]);
        if (stated != bytes.Length)
        {
            throw ParavirtualErrors.BadState($"It has {bytes.Length} bytes, and says at byte {LengthAt} that it has {stated}.");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumBytes..]) != Checksum(bytes[..^ChecksumBytes]))
        {
            throw ParavirtualErrors.BadState("Its checksum, the last four bytes, is not that of the others: it was damaged on its way.");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[VersionAt..]);
        if (version > FormatVersion)
        {
            throw ParavirtualErrors.NewerState(version);
        }

        if (version != FormatVersion)
        {
            throw ParavirtualErrors.BadState($"There is no version {version}.");
        }

        CheckShape(bytes, counters, width);
        var state = new ParavirtualState(counters)
        {
            Generation = Word(bytes, GlobalsAt, 0),
            GlobalControl = Word(bytes, GlobalsAt, 1),
            Overflow = Word(bytes, GlobalsAt, 2),
            NotifyVector = Word(bytes, GlobalsAt, 3),
        };
        for (var i = 0; i < counters; i++)
        {
            var at = CountersBegin + (i * CounterBytes);
            state.Counters[i] = new CounterRegisters
            {
                Control = new CounterControl(Word(bytes, at, 0)),
                Value = Word(bytes, at, 1),
                TimeEnabled = Word(bytes, at, 2),
                TimeRunning = Word(bytes, at, 3),
            };
        }

        state.CheckValues(width);
        return state;
    }

    private static void CheckShape(ReadOnlySpan<byte> bytes, int counters, int width)
    {
        var savedCounters = BinaryPrimitives.ReadUInt32LittleEndian(bytes[CountersAt..]);
        if (savedCounters != counters)
        {
            throw ParavirtualErrors.OtherShape("a number of counters of", savedCounters, counters);
        }

        var savedWidth = BinaryPrimitives.ReadUInt32LittleEndian(bytes[WidthAt..]);
        if (savedWidth != width)
        {
            throw ParavirtualErrors.OtherShape("counters of a width of", savedWidth, width);
        }

        if (bytes.Length != Length(counters))
        {
            throw ParavirtualErrors.BadState($"It has {bytes.Length} bytes, and {counters} counters take {Length(counters)}.");
        }
    }

    private void CheckValues(int width)
    {
        Check(ParavirtualRegisters.GlobalControl.Name, GlobalControl, ParavirtualRegisters.GlobalControl.Writable);
        Check(ParavirtualRegisters.OverflowStatus.Name, Overflow, ParavirtualPmu.OverflowBitsOf(Counters.Length));
        if (!ParavirtualPmu.IsVector(NotifyVector))
        {
            throw ParavirtualErrors.BadState($"NOTIFY_VECTOR holds 0x{NotifyVector:x}, which no guest can write.");
        }

        for (var i = 0; i < Counters.Length; i++)
        {
            if (!Counters[i].Control.IsValid)
            {
                throw ParavirtualErrors.BadState($"CONTROL{i} holds 0x{Counters[i].Control.Bits:x}, which no guest can write.");
            }

            Check($"{ParavirtualRegisters.Value.Name}{i}", Counters[i].Value, ulong.MaxValue >> (64 - width));
        }
    }

    private static void Check(string register, ulong value, ulong valid)
    {
        if ((value & ~valid) != 0)
        {
            throw ParavirtualErrors.BadState($"{register} holds 0x{value:x}, and its bits 0x{value & ~valid:x} are always 0.");
        }
    }

    private static void Write(Span<byte> bytes, int at, params ReadOnlySpan<ulong> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(at + (i * sizeof(ulong)))..], words[i]);
        }
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int at, int word) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at + (word * sizeof(ulong)))..]);

    // CRC-32C as iSCSI has it (RFC 3720), which finds every change of up to 32 bits in a row.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
