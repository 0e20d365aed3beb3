using Microsoft.Win32.SafeHandles;

namespace Perfmon.Symbols.Elf;

/// <summary>The bytes of an ELF image: of a file, read where they are asked for, or in memory. A file may change while it is read.</summary>
internal sealed class ElfSource
{
    // Larger than the symbol table of any program; a sparse file can say it has a section of any size.
    private const ulong LargestRead = 1 << 30;

    private readonly SafeFileHandle? _file;
    private readonly byte[] _memory = [];
    private readonly ulong _length;

    public ElfSource(SafeFileHandle file)
    {
        _file = file;
        _length = (ulong)RandomAccess.GetLength(file);
    }

    public ElfSource(byte[] memory)
    {
        _memory = memory;
        _length = (ulong)memory.Length;
    }

    /// <summary>The <paramref name="size"/> bytes from <paramref name="offset"/> on; null where there are not so many.</summary>
    public byte[]? Read(ulong offset, ulong size)
    {
        if (offset > _length || size > _length - offset || size > LargestRead)
        {
            return null;
        }

        if (_file is null)
        {
            return _memory.AsSpan((int)offset, (int)size).ToArray();
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)size);
        for (var done = 0; done < bytes.Length;)
        {
            var read = ReadSome(bytes.AsSpan(done), (long)offset + done);
            if (read <= 0)
            {
                return null;
            }

            done += read;
        }

        return bytes;
    }

    private int ReadSome(Span<byte> bytes, long offset)
    {
        try
        {
            return RandomAccess.Read(_file!, bytes, offset);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
