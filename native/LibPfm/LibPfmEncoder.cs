using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Perfmon.Native.LibPfm;

/// <summary>
/// libpfm4, the tables of every vendor's events, where it is installed: it is looked for at the first name. libpfm4 is not thread-safe,
/// so one call runs at a time.
/// </summary>
internal sealed unsafe class LibPfmEncoder
{
    private const string Library = "libpfm.so.4";
    private const int Success = 0;
    private const int NotFound = -4;
    private const int KernelAndUser = 0x1 | 0x8; // PFM_PLM0 | PFM_PLM3
    private const int PerfEventExtended = 2; // PFM_OS_PERF_EVENT_EXT

    private const int LongestName = 512;

    // Of these all its names and attributes are made; a name with others, a zero or a space, never reaches it.
    private static readonly SearchValues<char> s_characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-:=");

    private readonly Lock _gate = new();
    private readonly string _library;
    private bool _isLoaded;
    private delegate* unmanaged<byte*, int, int, PerfEncodeArgument*, int> _encode;
    private delegate* unmanaged<int, byte*> _describe;

    internal LibPfmEncoder(string library) => _library = library;

    /// <summary>The process's one.</summary>
    public static LibPfmEncoder Shared { get; } = new(Library);

    /// <summary>Whether libpfm4 is installed and knows this CPU or the kernel's events.</summary>
    public bool IsAvailable
    {
        get
        {
            lock (_gate)
            {
                return Load();
            }
        }
    }

    /// <summary>Encodes <paramref name="name"/>, with its unit masks and attributes, for this CPU.</summary>
    /// <returns>
    /// False where libpfm4 is not installed or does not know the event, both without an <paramref name="error"/>, or finds a fault in it.
    /// </returns>
    public bool TryEncode(string name, out LibPfmEncoding encoding, out string? error)
    {
        encoding = default;
        error = null;
        if (name.Length > LongestName || name.AsSpan().ContainsAnyExcept(s_characters))
        {
            return false;
        }

        lock (_gate)
        {
            return Load() && TryEncodeLocked(name, out encoding, out error);
        }
    }

    private bool TryEncodeLocked(string name, out LibPfmEncoding encoding, out string? error)
    {
        encoding = default;
        var attribute = default(PerfAttribute);
        var argument = new PerfEncodeArgument { Attribute = &attribute, Size = (nuint)sizeof(PerfEncodeArgument), Index = -1, Cpu = -1 };
        var text = Utf8StringMarshaller.ConvertToUnmanaged(name);
        try
        {
            // SAFETY: text ends with a zero; attribute has room for every perf_event_attr so far; the call keeps neither.
            var result = _encode(text, KernelAndUser, PerfEventExtended, &argument);
            error = result is Success or NotFound ? null : Describe(result);
            if (result != Success)
            {
                return false;
            }
        }
        finally
        {
            Utf8StringMarshaller.Free(text);
        }

        if (attribute.SetsMoreThanSelection || argument.Cpu >= 0 || argument.Flags != 0)
        {
            error = "an attribute says how to run the event, not which it is";
            return false;
        }

        var exclude = (LibPfmExclude)attribute.Flags & LibPfmExclude.All;
        encoding = new(attribute.Type, attribute.Config, attribute.Config1, attribute.Config2, exclude, attribute.PreciseIp);
        return true;
    }

    /// <summary>Loads and initializes at the first call; once it failed, it is not tried again.</summary>
    private bool Load()
    {
        if (_isLoaded)
        {
            return _encode is not null;
        }

        _isLoaded = true;
        if (!NativeLibrary.TryLoad(_library, out var library)
            || !NativeLibrary.TryGetExport(library, "pfm_initialize", out var initialize)
            || !NativeLibrary.TryGetExport(library, "pfm_strerror", out var describe)
            || !NativeLibrary.TryGetExport(library, "pfm_get_os_event_encoding", out var encode)
            || ((delegate* unmanaged<int>)initialize)() != Success)
        {
            return false;
        }

        _describe = (delegate* unmanaged<int, byte*>)describe;
        _encode = (delegate* unmanaged<byte*, int, int, PerfEncodeArgument*, int>)encode;
        return true;
    }

    // SAFETY: pfm_strerror gives a constant string for every number.
    private string Describe(int result) => Marshal.PtrToStringUTF8((nint)_describe(result)) ?? $"error {result}";

    /// <summary><c>pfm_perf_encode_arg_t</c>: 40 bytes (PFM_PERF_ENCODE_ABI0).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PerfEncodeArgument
    {
        public PerfAttribute* Attribute;
        public byte** FullName;
        public nuint Size;
        public int Index;
        public int Cpu;
        public int Flags;
        public int Padding;
    }

    /// <summary>The fields of <c>perf_event_attr</c> that libpfm4 writes, in room for more than any version has.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct PerfAttribute
    {
        private const ulong PreciseMask = 0x18000;
        private const int PreciseShift = 15;

        [FieldOffset(0)]
        public uint Type;

        [FieldOffset(8)]
        public ulong Config;

        [FieldOffset(16)]
        public ulong Period;

        [FieldOffset(40)]
        public ulong Flags;

        [FieldOffset(56)]
        public ulong Config1;

        [FieldOffset(64)]
        public ulong Config2;

        public readonly byte PreciseIp => (byte)((Flags & PreciseMask) >> PreciseShift);

        public readonly bool SetsMoreThanSelection => Period != 0 || (Flags & ~(PreciseMask | (ulong)LibPfmExclude.All)) != 0;
    }
}
