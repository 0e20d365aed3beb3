using System.Diagnostics;
using Perfmon.Symbols.Elf;

namespace Perfmon.Tests.Symbols;

/// <summary>Files that were damaged, or made to be: whatever they say, they are read in a bounded time and memory.</summary>
public sealed class CorruptElfTests
{
    [SkippableFact]
    public void ADamagedFileIsReadAsFarAsItGoes()
    {
        using var program = new NamedFunctions("-rdynamic");
        var original = File.ReadAllBytes(program.Path);
        var headers = Headers(original);
        var opened = 0;
        var found = 0;
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var bytes = seed % 5 == 0 ? original[..random.Next(original.Length)] : (byte[])original.Clone();
            for (var change = 0; change < 1 + (seed % 8); change++)
            {
                // Mostly where the tables are: elsewhere there is little to get wrong.
                var at = random.Next(4) > 0 ? headers[random.Next(headers.Count)] : random.Next(original.Length);
                if (at < bytes.Length)
                {
                    bytes[at] = random.Next(3) switch { 0 => 0xff, 1 => (byte)random.Next(256), _ => (byte)(bytes[at] ^ (1 << random.Next(8))) };
                }
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            if (ElfImage.TryOpen(new ElfSource(bytes), out var image, out var file, out _))
            {
                opened++;
                image.LoadSymbols(file, file);
                for (ulong address = 0; address < 0x5000; address += 0x31)
                {
                    found += image.TryFind(image.AddressOf(address) ?? address, out var symbol) ? 1 : 0;
                    Assert.True(symbol.Name is null || symbol.Name.Length < bytes.Length);
                }
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 200L * original.Length, $"seed {seed}: {allocated} bytes for a file of {bytes.Length}");
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"seed {seed}: {watch.Elapsed}");
        }

        // Most damage leaves something to read, or this tested nothing.
        Assert.True(opened > 1500 && found > 10000, $"{opened} opened, {found} found");
    }

    [SkippableFact]
    public void DamagedCompressedSymbolsAreLeftOut()
    {
        using var program = new NamedFunctions("-rdynamic");
        program.Shell(
            """
            cp program mini; strip -R .comment mini; cp program full; xz -k full
            objcopy --add-section .gnu_debugdata=full.xz mini
            """);
        var original = File.ReadAllBytes(Path.Combine(program.Folder, "mini"));
        var compressed = File.ReadAllBytes(Path.Combine(program.Folder, "full.xz"));
        var at = original.AsSpan().IndexOf(compressed);
        Assert.True(at > 0);
        Assert.True(HasLocal(original));
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var bytes = (byte[])original.Clone();
            bytes[at + random.Next(compressed.Length)] ^= (byte)(1 << random.Next(8));
            // The format has checksums over all of it.
            Assert.False(HasLocal(bytes));
        }

        static bool HasLocal(byte[] bytes)
        {
            Assert.True(ElfImage.TryOpen(new ElfSource(bytes), out var image, out var file, out _));
            image.LoadSymbols(file, null);
            for (ulong address = 0x1000; address < 0x2000; address++)
            {
                if (image.TryFind(address, out var symbol) && symbol.Name == "first_local")
                    return true;
            }

            return false;
        }
    }

    /// <summary>The offsets of the file's header, of its segments and sections, and of its symbol tables.</summary>
    private static List<int> Headers(byte[] bytes)
    {
        Assert.True(ElfFile.TryOpen(new ElfSource(bytes), out var file, out _));
        var offsets = Enumerable.Range(4, 60).ToList();
        offsets.AddRange(Enumerable.Range(64, file.Segments.Length * 56));
        offsets.AddRange(Enumerable.Range((int)BitConverter.ToUInt64(bytes, 40), file.Sections.Length * 64));
        foreach (var section in file.Sections)
        {
            if (section.Type is ElfSection.Symbols or ElfSection.DynamicSymbols or ElfSection.Relocations)
                offsets.AddRange(Enumerable.Range((int)section.Offset, (int)section.Size));
        }

        return offsets;
    }
}
