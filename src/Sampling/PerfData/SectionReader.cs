using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Perfmon.Sampling.PerfData;

/// <summary>Reads the numbers and texts of a feature. What its bytes end before is absent, and so is all that follows.</summary>
internal ref struct SectionReader(ReadOnlySpan<byte> bytes)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public bool TryRead<T>(out T value)
        where T : unmanaged
    {
        if (!MemoryMarshal.TryRead(Rest, out value))
        {
            Rest = [];
            return false;
        }

        Rest = Rest[Unsafe.SizeOf<T>()..];
        return true;
    }

    public bool TryTake(ulong count, out ReadOnlySpan<byte> taken)
    {
        if (count > (ulong)Rest.Length)
        {
            taken = Rest = [];
            return false;
        }

        taken = Rest[..(int)count];
        Rest = Rest[(int)count..];
        return true;
    }

    /// <summary><c>struct perf_header_string</c>, without the nul and what is behind it.</summary>
    public string? Text() => TryRead(out uint length) && TryTake(length, out var text) ? TextOf(text) : null;

    public uint? U32() => TryRead(out uint value) ? value : null;

    public ulong? U64() => TryRead(out ulong value) ? value : null;

    /// <summary>What is before the first nul.</summary>
    public static string TextOf(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }
}
