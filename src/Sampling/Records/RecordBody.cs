using System.Runtime.InteropServices;

namespace Perfmon.Sampling.Records;

/// <summary>The body of a record whose length was checked: fields at offsets from the header's end.</summary>
internal readonly ref struct RecordBody(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Length => _bytes.Length;

    public ReadOnlySpan<byte> From(int offset) => _bytes[offset..];

    public ushort U16(int offset) => MemoryMarshal.Read<ushort>(_bytes[offset..]);

    public uint U32(int offset) => MemoryMarshal.Read<uint>(_bytes[offset..]);

    public int I32(int offset) => MemoryMarshal.Read<int>(_bytes[offset..]);

    public ulong U64(int offset) => MemoryMarshal.Read<ulong>(_bytes[offset..]);

    /// <summary>The text that begins there, without the nul that ends it and the padding behind.</summary>
    public ReadOnlySpan<byte> Text(int offset)
    {
        var text = _bytes[offset..];
        var end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }
}
