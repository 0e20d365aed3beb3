using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>Which build of the kernel runs.</summary>
public static class RunningKernel
{
    /// <summary>Its build id, in lower-case hexadecimal: <c>/sys/kernel/notes</c>. Null where it has none, or none that may be read.</summary>
    public static string? BuildId(HostRoots roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        try
        {
            return Elf.BuildId.Find(File.ReadAllBytes(Path.Combine(roots.Sys, "kernel", "notes")));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
