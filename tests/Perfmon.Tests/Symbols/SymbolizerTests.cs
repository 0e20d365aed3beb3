using System.Diagnostics;
using Perfmon.Diagnostics;
using Perfmon.Symbols;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Symbols;

/// <summary>Names of addresses in running processes.</summary>
public sealed class SymbolizerTests
{
    [SkippableTheory]
    [InlineData("-fPIE", "-pie")]
    [InlineData("-fno-pie", "-no-pie")]
    [InlineData("-static")]
    [InlineData("-static-pie", "-fPIE")]
    [InlineData("-fPIE", "-pie", "-Wl,-z,noseparate-code")]
    [InlineData("-fno-pie", "-no-pie", "-Wl,-Ttext-segment=0x7000000")]
    public void AddressesThatAProgramTellsHaveItsNames(params string[] options)
    {
        using var program = new NamedFunctions(options);
        var (pid, addresses) = program.Start();
        using var symbolizer = new Symbolizer();
        symbolizer.ProcessAttached(pid);
        CheckNames(symbolizer, pid, addresses, program.Path);
        Assert.Empty(symbolizer.Notes);
    }

    [SkippableFact]
    public void MappingsCanBeToldOneByOne()
    {
        using var program = new NamedFunctions();
        var (pid, addresses) = program.Start();
        // Nothing is read from procfs: the file is found by its path.
        using var symbolizer = new Symbolizer(new() { ProcessesAreLive = false });
        symbolizer.ProcessForked(pid, 1);
        symbolizer.ProcessNamed(pid, "program");
        symbolizer.ProcessExecuted(pid);
        Assert.Equal("program", symbolizer.ProcessName(pid));
        Assert.Equal(new SymbolizedFrame { Module = "[unknown]", ModuleOffset = addresses["main"] }, Assert.Single(symbolizer.Resolve(pid, addresses["main"], false)));
        foreach (var mapping in ProcessMaps.Read(pid).Where(mapping => mapping.IsExecutable))
        {
            symbolizer.MappingAdded(pid, mapping.Start, mapping.Length, mapping.FileOffset, mapping.Path);
        }

        CheckNames(symbolizer, pid, addresses, program.Path);

        // A fork has its parent's mappings; one that executes has none of them, and its end changes nothing.
        symbolizer.ProcessForked(pid + 1, pid);
        symbolizer.ProcessForked(pid + 1, pid + 1);
        CheckNames(symbolizer, pid + 1, addresses, program.Path);
        symbolizer.ProcessExecuted(pid + 1);
        Assert.False(symbolizer.Resolve(pid + 1, addresses["main"], false)[0].IsResolved);
        symbolizer.ProcessExited(pid);
        CheckNames(symbolizer, pid, addresses, program.Path);
        symbolizer.ProcessForked(pid, 1);
        Assert.False(symbolizer.Resolve(pid, addresses["main"], false)[0].IsResolved);
    }

    [SkippableFact]
    public void WithoutBeingToldItLooksForItself()
    {
        using var program = new NamedFunctions();
        var (pid, addresses) = program.Start();
        using var symbolizer = new Symbolizer();
        CheckNames(symbolizer, pid, addresses, program.Path);
    }

    [SkippableFact]
    public void AnAddressWithoutASymbolIsModuleAndOffset()
    {
        using var program = new NamedFunctions();
        var local = ListedSymbols.Of(program.Path).First(symbol => symbol.Name == "first_local");
        program.Shell("strip program");
        var (pid, addresses) = program.Start();
        using var symbolizer = new Symbolizer();
        symbolizer.ProcessAttached(pid);
        var frame = Assert.Single(symbolizer.Resolve(pid, addresses["local"], false));
        Assert.Equal(new SymbolizedFrame { Module = program.Path, ModuleOffset = local.Start, Kind = FrameKind.User }, frame);
        Assert.Equal($"{program.Path}+0x{local.Start:x}", frame.ToString());
    }

    [SkippableFact]
    public void ASeparateDebugFileHasTheNamesOfAStrippedProgram()
    {
        Requires.Command("objcopy");
        using var program = new NamedFunctions("-Wl,--build-id=0xabcdef0123456789");
        program.Shell(
            """
            mkdir -p debug/.build-id/ab
            objcopy --only-keep-debug program debug/.build-id/ab/cdef0123456789.debug
            strip program
            """);
        var (pid, addresses) = program.Start();
        using var symbolizer = new Symbolizer(new() { DebugFolder = Path.Combine(program.Folder, "debug") });
        symbolizer.ProcessAttached(pid);
        CheckNames(symbolizer, pid, addresses, program.Path);
    }

    [SkippableFact]
    public void AFileOfAnotherBuildIsNotUsed()
    {
        using var program = new NamedFunctions("-Wl,--build-id=0xabcdef0123456789");
        var (pid, addresses) = program.Start();
        var mappings = ProcessMaps.Read(pid).Where(mapping => mapping.IsExecutable).ToList();
        using var symbolizer = new Symbolizer();
        Feed([0xab, 0xcd, 0xef, 1, 0x23, 0x45, 0x67, 0x88]);
        Assert.False(symbolizer.Resolve(pid, addresses["main"], false)[0].IsResolved);
        Assert.Contains("abcdef0123456789", Assert.Single(symbolizer.Notes), StringComparison.Ordinal);

        // The kernel fills up a shorter one.
        Feed([0xab, 0xcd, 0xef, 1, 0x23, 0x45, 0x67, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        CheckNames(symbolizer, pid, addresses, program.Path);

        void Feed(byte[] buildId)
        {
            foreach (var mapping in mappings.Where(mapping => mapping.Path == program.Path))
            {
                symbolizer.MappingAdded(pid, mapping.Start, mapping.Length, mapping.FileOffset, mapping.Path, buildId);
            }
        }
    }

    [SkippableFact]
    public void ADeletedFileIsFoundAmongThoseThatAreMapped()
    {
        Requires.Root();
        using var program = new NamedFunctions();
        var (pid, addresses) = program.Start();
        File.Delete(program.Path);
        using var symbolizer = new Symbolizer();
        symbolizer.ProcessAttached(pid);
        CheckNames(symbolizer, pid, addresses, program.Path);

        // Another has its name now, and the mapping was told before it was deleted.
        NamedFunctions.Build(program.Path, "-DPREFIX=second", "-O3");
        using var told = new Symbolizer();
        foreach (var mapping in ProcessMaps.Read(pid).Where(mapping => mapping.IsExecutable))
        {
            told.MappingAdded(pid, mapping.Start, mapping.Length, mapping.FileOffset, mapping.Path);
        }

        CheckNames(told, pid, addresses, program.Path);
    }

    [SkippableFact]
    public void AContainersFileIsItsOwnEvenWhereThePathIsAnothersHere()
    {
        Requires.Root();
        Requires.Command("unshare");
        using var program = new NamedFunctions();
        var inside = Path.Combine(program.Folder, "inside");
        NamedFunctions.Build(inside, "-DPREFIX=second", "-Wl,--section-start=.text=0x9000");
        var (pid, addresses) = program.Start("unshare", "-m", "sh", "-c", "mount --bind \"$1\" \"$2\" && exec \"$2\"", "sh", inside, program.Path);
        using var symbolizer = new Symbolizer();
        symbolizer.ProcessAttached(pid);
        CheckNames(symbolizer, pid, addresses, program.Path, "second");

        // When it has ended, the path here is known to mean another file.
        using var late = new Symbolizer();
        late.ProcessAttached(pid);
        Assert.True(late.Resolve(pid, addresses["main"], false)[0].IsResolved);
        var library = ProcessMaps.Read(pid).First(mapping => mapping.IsExecutable && mapping.Path.Contains("libc.so", StringComparison.Ordinal));
        program.EndLast();
        late.ProcessExited(pid);
        Assert.False(late.Resolve(pid, library.Start + (library.Length / 2), false)[0].IsResolved);
    }

    [SkippableFact]
    public void TheKernelsCodeInUserSpaceHasNames()
    {
        Requires.Command("readelf");
        using var program = new NamedFunctions();
        var (pid, _) = program.Start();
        var vdso = ProcessMaps.Read(pid).Single(mapping => mapping.Path == "[vdso]");
        var memory = new byte[vdso.Length];
        using (var file = File.OpenHandle($"/proc/{pid}/mem", share: FileShare.ReadWrite))
        {
            Assert.Equal(memory.Length, RandomAccess.Read(file, memory, (long)vdso.Start));
        }

        var copy = Path.Combine(program.Folder, "vdso");
        File.WriteAllBytes(copy, memory);
        using var symbolizer = new Symbolizer();
        symbolizer.ProcessAttached(pid);
        var symbols = ListedSymbols.Exported(copy);
        Assert.Contains(symbols, symbol => symbol.Name.EndsWith("clock_gettime", StringComparison.Ordinal));
        foreach (var group in symbols.GroupBy(symbol => symbol.Start))
        {
            var frame = Assert.Single(symbolizer.Resolve(pid, vdso.Start + group.Key, false));
            Assert.Equal((ListedSymbols.Best(group), "[vdso]", 0UL, FrameKind.Vdso), (frame.RawName, frame.Module, frame.Offset, frame.Kind));
        }
    }

    [SkippableFact]
    public void SamplesOfAHotFunctionAreInIt()
    {
        using var program = new NamedFunctions();
        using var process = Process.Start(new ProcessStartInfo(program.Path, ["run"]) { RedirectStandardOutput = true })!;
        try
        {
            while (process.StandardOutput.ReadLine() != "end")
            {
            }

            using var symbolizer = new Symbolizer();
            var samples = SampledAddresses.Of(process.Id, atLeast: 200);
            var names = samples.Select(sample => symbolizer.Resolve(process.Id, sample.Address, sample.IsKernel)[0]).ToList();
            Assert.True(names.Count(frame => frame.Function == "work") > samples.Count * 9 / 10, string.Join('\n', names.CountBy(frame => frame.ToString())));
        }
        finally
        {
            process.Kill();
        }
    }

    [SkippableFact]
    public void TheSameAddressAgainAllocatesNothing()
    {
        using var program = new NamedFunctions();
        var (pid, addresses) = program.Start();
        using var symbolizer = new Symbolizer();
        symbolizer.ProcessAttached(pid);
        ulong[] asked = [.. addresses.Values];
        Ask();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
            Ask();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Ask()
        {
            foreach (var address in asked)
            {
                symbolizer.Resolve(pid, address, false);
                symbolizer.Resolve(pid, address | 0xffff_0000_0000_0000, true);
            }
        }
    }

    [SkippableFact]
    public void AMappingInThePlaceOfAnotherHasOtherNames()
    {
        using var program = new NamedFunctions();
        var second = Path.Combine(program.Folder, "second");
        NamedFunctions.Build(second, "-DPREFIX=second");
        var (pid, addresses) = program.Start();
        using var symbolizer = new Symbolizer(new() { ProcessesAreLive = false });
        var mapping = ProcessMaps.Read(pid).First(mapping => mapping.IsExecutable);
        symbolizer.MappingAdded(pid, mapping.Start, mapping.Length, mapping.FileOffset, mapping.Path);
        Assert.Equal("first_exported", symbolizer.Resolve(pid, addresses["exported"], false)[0].Function);
        symbolizer.MappingAdded(pid, mapping.Start, mapping.Length, mapping.FileOffset, second);
        Assert.Equal("second_exported", symbolizer.Resolve(pid, addresses["exported"], false)[0].Function);
    }

    [SkippableFact]
    public void APerfMapOfAnEarlierProcessOfTheIdIsNotRead()
    {
        using var program = new NamedFunctions();
        var (pid, _) = program.Start();
        var path = $"/tmp/perf-{pid}.map";
        try
        {
            File.WriteAllText(path, "1000 1000 jitted\n");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-10));
            using (var symbolizer = new Symbolizer())
            {
                Assert.Equal("[unknown]+0x1800", symbolizer.Resolve(pid, 0x1800, false)[0].ToString());
            }

            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            using (var symbolizer = new Symbolizer())
            {
                Assert.Equal("jitted+0x800 ([JIT])", symbolizer.Resolve(pid, 0x1800, false)[0].ToString());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ARecordingsPerfMapsAreReadFromTheirFolder()
    {
        var folder = Directory.CreateTempSubdirectory("perfmon-maps-").FullName;
        File.WriteAllText(Path.Combine(folder, "perf-7.map"), "1000 10 _ZN3foo3barEv\n");
        using var symbolizer = new Symbolizer(new() { ProcessesAreLive = false, PerfMapFolder = folder, Demangle = false });
        symbolizer.ProcessForked(8, 7);
        symbolizer.ProcessExited(7);
        Assert.Equal("_ZN3foo3barEv", symbolizer.Resolve(8, 0x100f, false)[0].Function);
        Assert.Equal("_ZN3foo3barEv", symbolizer.Resolve(7, 0x100f, false)[0].Function);
        Assert.False(symbolizer.Resolve(9, 0x100f, false)[0].IsResolved);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void AProcessThatIsNotThereIsSaidSo()
    {
        using var symbolizer = new Symbolizer();
        Assert.Equal(PerfmonReason.NoSuchTarget, Assert.Throws<PerfmonException>(() => symbolizer.ProcessAttached(int.MaxValue)).Reason);
        Assert.Equal("[unknown]+0x1234", Assert.Single(symbolizer.Resolve(int.MaxValue, 0x1234, false)).ToString());
    }

    private static void CheckNames(Symbolizer symbolizer, int pid, Dictionary<string, ulong> addresses, string module, string prefix = "first")
    {
        foreach (var (kind, address) in addresses)
        {
            var name = kind switch { "main" => "main", "target" => "first_target_", "label" => "assembly_label", _ => $"{prefix}_{kind}" };
            for (var offset = 0UL; offset < 2; offset++)
            {
                var frame = Assert.Single(symbolizer.Resolve(pid, address + offset, isKernel: false));
                Assert.Equal((name, name, module, offset, FrameKind.User), (frame.Function, frame.RawName, frame.Module, frame.Offset, frame.Kind));
            }
        }
    }
}
