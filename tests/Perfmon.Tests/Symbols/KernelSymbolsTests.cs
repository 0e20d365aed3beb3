using System.Globalization;
using System.Text;
using Perfmon.Host;
using Perfmon.Symbols;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Symbols;

public sealed class KernelSymbolsTests : IDisposable
{
    private readonly string _proc = Directory.CreateTempSubdirectory("perfmon-proc-").FullName;

    [SkippableFact]
    public void EveryHundredthFunctionOfThisKernelResolvesToItself()
    {
        Requires.Root();
        var lines = (from line in File.ReadLines("/proc/kallsyms")
                     let fields = line.Split([' ', '\t'])
                     select (Address: ulong.Parse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                             Type: fields[1][0],
                             Name: fields[2],
                             Module: fields.Length > 3 ? fields[3] : SymbolizedFrame.KernelModule)).ToList();
        Skip.If(lines.All(line => line.Address == 0), "kernel addresses are hidden. Run: sudo sysctl kernel.kptr_restrict=1");
        var byAddress = lines.Where(line => line.Type is 'T' or 't' or 'W' or 'w').ToLookup(line => line.Address);
        using var symbolizer = new Symbolizer();
        var checkedSymbols = 0;
        for (var index = 0; index < lines.Count; index += 100)
        {
            if (lines[index].Type is not ('T' or 't' or 'W' or 'w') || lines[index].Address == 0)
            {
                continue;
            }

            var aliases = byAddress[lines[index].Address];
            var best = aliases
                .OrderBy(line => char.ToUpperInvariant(line.Type) == 'W' ? 2 : char.IsUpper(line.Type) ? 0 : 1)
                .ThenBy(line => line.Name.Length - line.Name.TrimStart('_').Length)
                .ThenByDescending(line => line.Name.Length)
                .ThenBy(line => line.Name, StringComparer.Ordinal)
                .First();
            var frame = Assert.Single(symbolizer.Resolve(0, lines[index].Address, isKernel: true));
            Assert.Equal((best.Name, best.Module, 0UL, FrameKind.Kernel), (frame.RawName, frame.Module, frame.Offset, frame.Kind));
            checkedSymbols++;
        }

        Assert.True(checkedSymbols > 100, $"{checkedSymbols} symbols");
        Assert.Empty(symbolizer.Notes);
    }

    [Theory]
    [InlineData(0x1000, "first", "[kernel.kallsyms]", 0)]
    [InlineData(0x100f, "first", "[kernel.kallsyms]", 0xf)]
    [InlineData(0x1010, "second_is_longer", "[kernel.kallsyms]", 0)]
    [InlineData(0x1020, null, "[kernel.kallsyms]", 0)] // a datum
    [InlineData(0x1030, "last", "[kernel.kallsyms]", 0)]
    [InlineData(0x1fff, "last", "[kernel.kallsyms]", 0xfcf)]
    [InlineData(0x2000, null, "[kernel.kallsyms]", 0)] // the kernel's last page has ended
    [InlineData(0x9000, "in_module", "[ext4]", 0)]
    [InlineData(0x9fff, "in_module", "[ext4]", 0xfff)]
    [InlineData(0xa000, null, "[kernel.kallsyms]", 0)]
    [InlineData(0xfff, null, "[kernel.kallsyms]", 0)]
    public void AnAddressIsInTheSymbolBeforeIt(ulong address, string? name, string module, ulong offset)
    {
        using var symbolizer = new Symbolizer(new() { Roots = WithKallsyms(
            """
            0000000000000000 A fixed_percpu_data
            0000000000001000 t __first
            0000000000001000 T first
            0000000000001000 W first_but_weak
            0000000000001010 T second
            0000000000001010 T second_is_longer
            0000000000001020 d datum
            0000000000001030 t last
            0000000000009000 t in_module	[ext4]
            not a line
            00000000000zz000 t bad

            """) });
        var frame = Assert.Single(symbolizer.Resolve(1, address, isKernel: true));
        Assert.Equal((name, module, offset, address), (frame.Function, frame.Module, frame.Offset, frame.ModuleOffset));
        Assert.Equal(FrameKind.Kernel, frame.Kind);
    }

    [Fact]
    public void HiddenAddressesAreSaidOnceWithTheCommandThatShowsThem()
    {
        using var symbolizer = new Symbolizer(new() { Roots = WithKallsyms("0000000000000000 T _text\n0000000000000000 t one\n", kptrRestrict: "2") });
        Assert.False(symbolizer.Resolve(0, 0xffffffff81000000, isKernel: true)[0].IsResolved);
        Assert.False(symbolizer.Resolve(0, 0xffffffff81000001, isKernel: true)[0].IsResolved);
        var note = Assert.Single(symbolizer.Notes);
        Assert.Contains("kernel.kptr_restrict is 2", note, StringComparison.Ordinal);
        Assert.Contains("sudo sysctl kernel.kptr_restrict=0", note, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void AnOrdinaryUserIsToldWhyThereAreNoNames()
    {
        Requires.Root();
        Requires.Command("setpriv");
        // What the kernel shows such a user is what the note must be made from.
        var shown = RunResult.Run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "head", "-2000", "/proc/kallsyms").Succeeded().Output;
        Skip.IfNot(shown.Split('\n').All(line => line.StartsWith("0000000000000000", StringComparison.Ordinal) || line == ""), "this kernel shows its addresses to everybody");
        using var symbolizer = new Symbolizer(new() { Roots = WithKallsyms(shown) });
        symbolizer.Resolve(0, 0xffffffff81000000, isKernel: true);
        Assert.Single(symbolizer.Notes);
    }

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    private HostRoots WithKallsyms(string text, string kptrRestrict = "0")
    {
        Directory.CreateDirectory(Path.Combine(_proc, "sys/kernel"));
        File.WriteAllText(Path.Combine(_proc, "sys/kernel/kptr_restrict"), kptrRestrict);
        File.WriteAllBytes(Path.Combine(_proc, "kallsyms"), Encoding.UTF8.GetBytes(text));
        return new HostRoots { Proc = _proc };
    }
}
