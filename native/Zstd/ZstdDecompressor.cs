using System.Runtime.InteropServices;

namespace Perfmon.Native.Zstd;

/// <summary>
/// A stream that zstd compressed, piece by piece, by libzstd where it is installed: perf, which writes such streams, is linked with it. Not
/// thread-safe.
/// </summary>
internal sealed unsafe class ZstdDecompressor : IDisposable
{
    private const string Library = "libzstd.so.1";
    private const int WindowLogMax = 100; // ZSTD_d_windowLogMax

    private static readonly Lazy<Functions?> s_functions = new(() => Functions.Load(Library));

    private readonly Functions _functions;
    private void* _stream;

    private ZstdDecompressor(Functions functions, void* stream)
    {
        _functions = functions;
        _stream = stream;
    }

    /// <summary>Whether libzstd is installed.</summary>
    public static bool IsAvailable => s_functions.Value is not null;

    /// <summary>A stream's begin; null where libzstd is not installed, or gets no memory.</summary>
    /// <param name="windowLog">The most that it may keep of what it gave, as a power of two: a stream that needs more is refused.</param>
    public static ZstdDecompressor? Create(int windowLog)
    {
        if (s_functions.Value is not { } functions)
        {
            return null;
        }

        var stream = functions.Create();
        if (stream is null)
        {
            return null;
        }

        var decompressor = new ZstdDecompressor(functions, stream);
        if (functions.IsError(functions.SetParameter(stream, WindowLogMax, windowLog)) != 0)
        {
            decompressor.Dispose();
            return null;
        }

        return decompressor;
    }

    /// <summary>Goes on, until the input is used up or the output is full.</summary>
    /// <param name="input">What follows in the stream.</param>
    /// <param name="output">Room for what comes of it.</param>
    /// <param name="read">Bytes of the input that are used up.</param>
    /// <param name="written">Bytes of the output that are filled.</param>
    /// <returns>Null, or what is wrong with the stream, which cannot go on then.</returns>
    public string? Continue(ReadOnlySpan<byte> input, Span<byte> output, out int read, out int written)
    {
        ObjectDisposedException.ThrowIf(_stream is null, this);

        // SAFETY: both buffers are pinned for the call, which keeps neither and stays within the sizes that it is told.
        fixed (byte* source = input, destination = output)
        {
            var from = new Piece { Bytes = source, Size = (nuint)input.Length };
            var to = new Piece { Bytes = destination, Size = (nuint)output.Length };
            var result = _functions.Decompress(_stream, &to, &from);
            read = (int)from.Position;
            written = (int)to.Position;
            return _functions.IsError(result) == 0 ? null : Marshal.PtrToStringUTF8((nint)_functions.ErrorName(result));
        }
    }

    public void Dispose()
    {
        if (_stream is not null)
        {
            _ = _functions.Free(_stream);
            _stream = null;
        }
    }

    /// <summary><c>ZSTD_inBuffer</c>, <c>ZSTD_outBuffer</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Piece
    {
        public byte* Bytes;
        public nuint Size;
        public nuint Position;
    }

    /// <summary>The functions of libzstd, all stable since 1.4.</summary>
    private sealed class Functions
    {
        public delegate* unmanaged<void*> Create { get; private init; }

        public delegate* unmanaged<void*, nuint> Free { get; private init; }

        public delegate* unmanaged<void*, int, int, nuint> SetParameter { get; private init; }

        public delegate* unmanaged<void*, Piece*, Piece*, nuint> Decompress { get; private init; }

        public delegate* unmanaged<nuint, uint> IsError { get; private init; }

        public delegate* unmanaged<nuint, byte*> ErrorName { get; private init; }

        public static Functions? Load(string name) =>
            NativeLibrary.TryLoad(name, out var library)
            && NativeLibrary.TryGetExport(library, "ZSTD_createDStream", out var create)
            && NativeLibrary.TryGetExport(library, "ZSTD_freeDStream", out var free)
            && NativeLibrary.TryGetExport(library, "ZSTD_DCtx_setParameter", out var setParameter)
            && NativeLibrary.TryGetExport(library, "ZSTD_decompressStream", out var decompress)
            && NativeLibrary.TryGetExport(library, "ZSTD_isError", out var isError)
            && NativeLibrary.TryGetExport(library, "ZSTD_getErrorName", out var errorName)
                ? new Functions
                {
                    Create = (delegate* unmanaged<void*>)create,
                    Free = (delegate* unmanaged<void*, nuint>)free,
                    SetParameter = (delegate* unmanaged<void*, int, int, nuint>)setParameter,
                    Decompress = (delegate* unmanaged<void*, Piece*, Piece*, nuint>)decompress,
                    IsError = (delegate* unmanaged<nuint, uint>)isError,
                    ErrorName = (delegate* unmanaged<nuint, byte*>)errorName,
                }
                : null;
    }
}
