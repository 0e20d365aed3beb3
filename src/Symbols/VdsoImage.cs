using System.Globalization;
using Perfmon.Host;
using Perfmon.Symbols.Elf;

namespace Perfmon.Symbols;

/// <summary>The kernel's code in user space, the same in every process of 64 bits: read from this process's own memory.</summary>
internal static class VdsoImage
{
    private const ulong Largest = 1 << 20;

    /// <summary>The image; null, with a note, where this process has none or it cannot be read.</summary>
    public static ElfImage? Read(HostRoots roots, Notes notes)
    {
        var self = Environment.ProcessId;
        foreach (var mapping in ProcessMaps.ReadOrNone(roots, self))
        {
            if (mapping.Path == SymbolizedFrame.VdsoModule && mapping.Length <= Largest && Memory(roots, self, mapping) is { } memory)
            {
                if (ElfImage.TryOpen(new ElfSource(memory), out var image, out var file, out var problem))
                {
                    image.LoadSymbols(file, debugFile: null);
                    return image;
                }

                notes.Say($"Addresses in [vdso] have no names: {problem}.");
                return null;
            }
        }

        notes.Say("Addresses in [vdso] have no names: this process has no such mapping, or may not read it.");
        return null;
    }

    private static byte[]? Memory(HostRoots roots, int self, in ProcessMapping mapping)
    {
        try
        {
            using var file = File.OpenHandle(
                Path.Combine(roots.Proc, self.ToString(CultureInfo.InvariantCulture), "mem"), share: FileShare.ReadWrite);
            var memory = new byte[mapping.Length];
            return RandomAccess.Read(file, memory, (long)mapping.Start) == memory.Length ? memory : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }
}
