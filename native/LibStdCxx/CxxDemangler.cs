using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Perfmon.Native.LibStdCxx;

/// <summary>The C++ runtime's own demangler (<c>abi::__cxa_demangle</c>), where libstdc++ is installed: .NET itself needs it on most systems.</summary>
internal static unsafe class CxxDemangler
{
    private const string Library = "libstdc++.so.6";

    private static readonly delegate* unmanaged<byte*, byte*, nuint*, int*, byte*> s_demangle = Load();

    public static bool IsAvailable => s_demangle is not null;

    /// <summary>The name of <paramref name="mangled"/> (Itanium C++ ABI); null where it is not one, or no demangler is there.</summary>
    public static string? Demangle(string mangled)
    {
        if (s_demangle is null)
        {
            return null;
        }

        var text = Utf8StringMarshaller.ConvertToUnmanaged(mangled);
        byte* result = null;
        try
        {
            // SAFETY: text ends with a zero and is not kept; without a buffer the result comes from malloc, and is ours to free.
            int status;
            result = s_demangle(text, null, null, &status);
            return result is null || status != 0 ? null : Marshal.PtrToStringUTF8((nint)result);
        }
        finally
        {
            Utf8StringMarshaller.Free(text);
            NativeMemory.Free(result);
        }
    }

    private static delegate* unmanaged<byte*, byte*, nuint*, int*, byte*> Load() =>
        NativeLibrary.TryLoad(Library, out var library) && NativeLibrary.TryGetExport(library, "__cxa_demangle", out var function)
            ? (delegate* unmanaged<byte*, byte*, nuint*, int*, byte*>)function
            : null;
}
