using System.Runtime.InteropServices;

namespace Perfmon.Native.LibLzma;

/// <summary>liblzma's decoder of .xz data, where it is installed.</summary>
internal static unsafe class XzDecoder
{
    private const string Library = "liblzma.so.5";
    private const int Ok = 0; // LZMA_OK
    private const int BufferError = 10; // LZMA_BUF_ERROR: the output is too short
    private const ulong MostMemory = 128 << 20; // the dictionary of the strongest setting has 64 MiB

    private static readonly delegate* unmanaged<ulong*, uint, void*, byte*, nuint*, nuint, byte*, nuint*, nuint, int> s_decode = Load();

    public static bool IsAvailable => s_decode is not null;

    /// <summary>The data in <paramref name="compressed"/>; null where it is damaged, has more than <paramref name="most"/> bytes, or no decoder is there.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> compressed, int most)
    {
        if (s_decode is null)
        {
            return null;
        }

        // The size stands at the end of the data, where only liblzma's larger interface finds it: so it is tried.
        for (var size = (int)Math.Clamp(compressed.Length * 8L, 1, most);; size = (int)Math.Min(size * 4L, most))
        {
            var output = GC.AllocateUninitializedArray<byte>(size);
            var result = Decode(compressed, output, out var written);
            if (result == Ok)
            {
                return output.AsSpan(0, written).ToArray();
            }

            if (result != BufferError || size >= most)
            {
                return null;
            }
        }
    }

    private static int Decode(ReadOnlySpan<byte> compressed, Span<byte> output, out int written)
    {
        var limit = MostMemory;
        nuint inputPosition = 0;
        nuint outputPosition = 0;
        fixed (byte* input = compressed)
        fixed (byte* destination = output)
        {
            // SAFETY: both spans are pinned for the call, which keeps nothing and stays within the sizes given.
            var result = s_decode(
                &limit, 0, null, input, &inputPosition, (nuint)compressed.Length, destination, &outputPosition, (nuint)output.Length);
            written = (int)outputPosition;
            return result;
        }
    }

    private static delegate* unmanaged<ulong*, uint, void*, byte*, nuint*, nuint, byte*, nuint*, nuint, int> Load() =>
        NativeLibrary.TryLoad(Library, out var library) && NativeLibrary.TryGetExport(library, "lzma_stream_buffer_decode", out var function)
            ? (delegate* unmanaged<ulong*, uint, void*, byte*, nuint*, nuint, byte*, nuint*, nuint, int>)function
            : null;
}
