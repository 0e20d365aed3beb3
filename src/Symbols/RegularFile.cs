using Microsoft.Win32.SafeHandles;

namespace Perfmon.Symbols;

/// <summary>Files whose paths others have chosen.</summary>
internal static class RegularFile
{
    /// <summary>
    /// The file opened for reading, or null: there is none, this user may not, or it has no bytes of its own, as a pipe, at whose open one
    /// would wait for its writer.
    /// </summary>
    public static SafeFileHandle? Open(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > 0 }
                ? File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete)
                : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
