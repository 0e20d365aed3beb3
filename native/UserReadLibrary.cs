using System.Runtime.InteropServices;

namespace Perfmon.Native;

/// <summary>
/// The one function of <c>c/user_read.c</c>, from the library that the build or the package puts beside this assembly. Without it all
/// reads go through the kernel.
/// </summary>
internal static unsafe class UserReadLibrary
{
    public const string FileName = "libperfmon-read.so";

    // It never blocks, takes well below a microsecond and calls nothing back, so the runtime need not leave its cooperative mode.
    private static readonly delegate* unmanaged[SuppressGCTransition]<nint*, int, ulong*, int> s_read = Load();

    public static bool IsAvailable => s_read is not null;

    /// <summary>Reads a group: false when only the kernel can tell all of its counts now.</summary>
    /// <param name="pages">The mapping of each member.</param>
    /// <param name="words">What a group read gives: number, time enabled, time running, a value for each member.</param>
    public static bool TryRead(ReadOnlySpan<nint> pages, Span<ulong> words)
    {
        // SAFETY: both spans are pinned for the call; it reads pages.Length pages, which their owner keeps mapped, and writes three words
        // and one for each page.
        fixed (nint* first = pages)
        fixed (ulong* destination = words)
        {
            return s_read(first, pages.Length, destination) != 0;
        }
    }

    private static delegate* unmanaged[SuppressGCTransition]<nint*, int, ulong*, int> Load()
    {
        var architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 => "arm64",
            _ => null,
        };

        // A build keeps the library where a package would; an application that uses the package has it where the host looks.
        var built = Path.Combine(AppContext.BaseDirectory, "runtimes", $"linux-{architecture}", "native", FileName);
        return architecture is not null
            && (NativeLibrary.TryLoad(FileName, typeof(UserReadLibrary).Assembly, DllImportSearchPath.AssemblyDirectory, out var library)
                || NativeLibrary.TryLoad(built, out library))
            && NativeLibrary.TryGetExport(library, "perfmon_read_user", out var function)
            ? (delegate* unmanaged[SuppressGCTransition]<nint*, int, ulong*, int>)function
            : null;
    }
}
