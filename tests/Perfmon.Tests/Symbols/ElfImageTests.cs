using Perfmon.Symbols;
using Perfmon.Symbols.Elf;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Symbols;

public sealed class ElfImageTests
{
    [SkippableTheory]
    [InlineData("-fPIE", "-pie")]
    [InlineData("-fno-pie", "-no-pie")]
    [InlineData("-static")]
    [InlineData("-static-pie", "-fPIE")]
    [InlineData("-Wl,-z,now", "-fcf-protection=full")]
    [InlineData("-shared", "-fPIC")]
    public void EveryFunctionThatReadelfListsIsFound(params string[] options)
    {
        using var program = new NamedFunctions(options);
        var found = CheckAgainstList(Load(program.Path), ListedSymbols.Of(program.Path));
        Assert.True(found > 10, $"only {found} functions");
    }

    [SkippableTheory]
    [InlineData("/lib/x86_64-linux-gnu/libc.so.6")]
    [InlineData("/usr/lib/x86_64-linux-gnu/libstdc++.so.6")]
    public void EveryFunctionOfAStrippedLibraryIsFound(string path)
    {
        Skip.IfNot(File.Exists(path), $"{path} is not there");
        CheckAgainstList(Load(path), ListedSymbols.Exported(path));
    }

    [SkippableFact]
    public void EveryFunctionOfTheRuntimeIsFound()
    {
        var path = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libcoreclr.so");
        CheckAgainstList(Load(path), ListedSymbols.Exported(path));
    }

    [SkippableFact]
    public void AStrippedProgramHasTheFunctionsItExports()
    {
        using var program = new NamedFunctions("-rdynamic");
        var local = ListedSymbols.Of(program.Path).Single(symbol => symbol.Name == "first_local");
        program.Shell("strip program");
        var image = Load(program.Path);
        CheckAgainstList(image, ListedSymbols.Exported(program.Path));
        Assert.False(image.HasFullSymbols);

        // What lies between exported functions is no part of them: their sizes are known.
        Assert.False(image.TryFind(local.Start, out var found), found.Name);
    }

    [SkippableFact]
    public void TheMiniSymbolTableHasTheOthers()
    {
        Requires.Command("xz");
        Requires.Command("objcopy");
        using var program = new NamedFunctions("-rdynamic");
        var symbols = ListedSymbols.Of(program.Path);
        // As the documentation of gdb has it (MiniDebugInfo).
        program.Shell(
            """
            nm -D program --format=posix --defined-only | awk '{ print $1 }' | sort > exported
            nm program --format=posix --defined-only | awk '{ if ($2 == "T" || $2 == "t" || $2 == "D") print $1 }' | sort > functions
            comm -13 exported functions > others
            objcopy --only-keep-debug program debug
            objcopy -S --remove-section .gdb_index --remove-section .comment --keep-symbols=others debug mini
            strip --strip-all -R .comment program
            xz mini
            objcopy --add-section .gnu_debugdata=mini.xz program
            """);
        Assert.Empty(RunResult.Run("nm", program.Path).Output);
        var image = Load(program.Path);
        Assert.True(image.TryFind(symbols.First(symbol => symbol.Name == "first_local").Start + 1, out var found));
        Assert.Equal("first_local", found.Name);
        Assert.True(image.TryFind(symbols.First(symbol => symbol.Name == "first_exported").Start + 1, out found));
        Assert.Equal("first_exported", found.Name);
    }

    [SkippableTheory]
    [InlineData("-Wl,-z,lazy")]
    [InlineData("-Wl,-z,lazy", "-fcf-protection=full", "-Wl,-z,ibtplt")]
    public void TheLinkageTableIsNamedAsByObjdump(params string[] options)
    {
        Requires.Command("objdump");
        using var program = new NamedFunctions(options);
        var image = Load(program.Path);
        var entries = RunResult.Run("objdump", "-d", program.Path).Succeeded().Output.Split('\n')
            .Where(line => line.EndsWith("@plt>:", StringComparison.Ordinal))
            .Select(line => (Address: Convert.ToUInt64(line[..16], 16), Name: line[(line.IndexOf('<') + 1)..^2]))
            .ToList();
        Assert.Contains(entries, entry => entry.Name == "printf@plt");
        foreach (var (address, name) in entries.Where(entry => entry.Name != "__cxa_finalize@plt"))
        {
            Assert.True(image.TryFind(address + 6, out var found), name);
            Assert.Equal((name, address), (found.Name, found.Start));
        }
    }

    [SkippableFact]
    public void AFileOffsetIsTheAddressThatTheSegmentsSay()
    {
        using var program = new NamedFunctions("-no-pie", "-fno-pie", "-Wl,-Ttext-segment=0x12340000");
        var image = Load(program.Path);
        var main = ListedSymbols.Of(program.Path).Single(symbol => symbol.Name == "main");
        var text = File.ReadAllBytes(program.Path);
        // The offset of main by readelf's program headers: the executable segment has offset equal to address, less the base.
        Assert.Equal(main.Start, image.AddressOf(main.Start - 0x12340000));
        Assert.Null(image.AddressOf((ulong)text.Length + (1 << 20)));
    }

    [SkippableFact]
    public void A32BitFileIsRefusedWithTheReason()
    {
        using var program = new NamedFunctions();
        var bytes = File.ReadAllBytes(program.Path);
        bytes[4] = 1;
        Assert.False(ElfFile.TryOpen(new ElfSource(bytes), out _, out var problem));
        Assert.Contains("32 bits", problem, StringComparison.Ordinal);
        (bytes[4], bytes[5]) = (2, 2);
        Assert.False(ElfFile.TryOpen(new ElfSource(bytes), out _, out problem));
        Assert.Contains("big-endian", problem, StringComparison.Ordinal);
        Assert.False(ElfFile.TryOpen(new ElfSource(bytes[..40]), out _, out problem));
        Assert.Contains("no ELF", problem, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void TheBuildIdIsReadelfs()
    {
        Requires.Command("readelf");
        using var program = new NamedFunctions("-Wl,--build-id=sha1");
        var line = RunResult.Run("readelf", "-n", program.Path).Output.Split('\n').Single(line => line.Contains("Build ID: ", StringComparison.Ordinal));
        Assert.Equal(line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..].Trim(), Load(program.Path).BuildId);
    }

    internal static ElfImage Load(string path)
    {
        using var handle = RegularFile.Open(path);
        Assert.True(ElfImage.TryOpen(new ElfSource(handle!), out var image, out var file, out var problem), problem);
        image.LoadSymbols(file, debugFile: null);
        return image;
    }

    /// <summary>Looks each function up by its first address, and its last unless another begins within; returns how many there are.</summary>
    private static int CheckAgainstList(ElfImage image, List<ListedSymbols.Symbol> symbols)
    {
        var starts = symbols.Select(symbol => symbol.Start).Distinct().Order().ToArray();
        var checkedLast = 0;
        // A label within a function belongs to it.
        foreach (var group in symbols.GroupBy(symbol => symbol.Start))
        {
            var isWithin = group.All(symbol => symbol.Size == 0)
                && symbols.Any(other => other.Start < group.Key && other.Start + other.Size > group.Key);
            if (isWithin)
            {
                continue;
            }

            Assert.True(image.TryFind(group.Key, out var found), $"{group.First()}");
            Assert.Equal((group.Key, ListedSymbols.Best(group)), (found.Start, found.Name));
            var best = group.First(symbol => symbol.Name == found.Name);
            var next = Array.BinarySearch(starts, group.Key) + 1;
            if (best.Size > 1 && (next == starts.Length || starts[next] >= best.Start + best.Size))
            {
                Assert.True(image.TryFind(best.Start + best.Size - 1, out found));
                Assert.Equal((best.Start, best.Name), (found.Start, found.Name));
                checkedLast++;
            }
        }

        Assert.True(checkedLast > 3, $"{checkedLast} ends");
        return starts.Length;
    }
}
