using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Perfmon.Sampling.PerfData;

/// <summary>Writes the numbers and texts of a feature.</summary>
internal sealed class SectionWriter
{
    // perf aligns every text to this.
    private const int TextAlignment = 64;

    private byte[] _bytes = new byte[1024];

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public int Length { get; private set; }

    public void Clear() => Length = 0;

    public void Add<T>(T value)
        where T : unmanaged => Add(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - Length < bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Writes over what was written there.</summary>
    public void SetU16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(offset), value);

    /// <summary>The text and the nul that ends it.</summary>
    public void AddPlainText(string text)
    {
        Add(Encoding.UTF8.GetBytes(text));
        Add((byte)0);
    }

    /// <summary>Zeros up to a multiple of <paramref name="alignment"/> bytes behind <paramref name="start"/>.</summary>
    public void Align(int start, int alignment)
    {
        while ((Length - start) % alignment != 0)
        {
            Add((byte)0);
        }
    }

    /// <summary><c>struct perf_header_string</c>: <c>u32 len; char string[len]</c>, with its nul and the zeros behind.</summary>
    public void AddText(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add((uint)AlignedTextLength(bytes.Length));
        var start = Length;
        Add(bytes);
        Add((byte)0);
        Align(start, TextAlignment);
    }

    /// <summary>Writes over what was written there.</summary>
    public void Set(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(offset), value);

    public static int AlignedTextLength(int bytes) => (bytes + TextAlignment) / TextAlignment * TextAlignment;
}
