using Perfmon.Host;
using Perfmon.Symbols.Elf;

namespace Perfmon.Symbols;

/// <summary>The build ids that linkers give programs, libraries and the kernel: in lower-case hexadecimal digits.</summary>
public static class BuildIds
{
    /// <summary>That of an ELF file; null where it has none, or there is no such file that can be read.</summary>
    public static string? OfFile(string path)
    {
        using var handle = RegularFile.Open(path);
        return handle is not null && ElfFile.TryOpen(new ElfSource(handle), out var file, out _) ? BuildId.Of(file) : null;
    }

    /// <summary>That of the running kernel (<c>/sys/kernel/notes</c>); null where it has none or does not tell.</summary>
    public static string? OfKernel(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        try
        {
            return BuildId.Find(File.ReadAllBytes(Path.Combine(roots.Sys, "kernel", "notes")));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
