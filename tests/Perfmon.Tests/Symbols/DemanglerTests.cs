using Perfmon.Native.LibStdCxx;
using Perfmon.Symbols;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Symbols;

public sealed class DemanglerTests
{
    [SkippableTheory]
    [InlineData("_ZN3foo3barEv", "foo::bar()")]
    [InlineData("_ZNSt6vectorIiSaIiEE9push_backEOi", "std::vector<int, std::allocator<int> >::push_back(int&&)")]
    [InlineData("_ZN3fooC1Ei.cold", "foo::foo(int) [clone .cold]")]
    [InlineData("_Znwm@plt", "operator new(unsigned long)@plt")]
    [InlineData("_ZN4core3fmt5Write9write_fmt17h0f1e2d3c4b5a6978E", "core::fmt::Write::write_fmt")]
    [InlineData("_ZN4core3ptr49drop_in_place$LT$alloc..boxed..Box$LT$str$GT$$GT$17h0123456789abcdefE", "core::ptr::drop_in_place<alloc::boxed::Box<str>>")]
    [InlineData(
        "_ZN73_$LT$std..fs..File$u20$as$u20$std..io..Read$GT$17read_to_end_outer17h0123456789abcdefE",
        "_ZN73_$LT$std..fs..File$u20$as$u20$std..io..Read$GT$17read_to_end_outer17h0123456789abcdefE")] // the length is wrong
    [InlineData("_ZN47_$LT$std..fs..File$u20$as$u20$std..io..Read$GT$4read17h0123456789abcdefE", "<std::fs::File as std::io::Read>::read")]
    [InlineData("main", "main")]
    [InlineData("_Zero", "_Zero")]
    [InlineData("_Reserved", "_Reserved")]
    public void ANameIsReadable(string name, string expected)
    {
        Skip.IfNot(CxxDemangler.IsAvailable, "libstdc++ is not installed. Run: sudo apt-get install libstdc++6");
        Assert.Equal(expected, Readable(name));
    }

    [SkippableTheory]
    [InlineData("_RNvC6_123foo3bar", "123foo::bar")]
    [InlineData("_RNvMsr_NtCs3ssYzQotkvD_3std4pathNtB5_7PathBuf3newCs15kBYyAo9fc_7mycrate", "<std::path::PathBuf>::new")]
    [InlineData("_RINvCs1234_7mycrate7genericNtB2_4TypeE", "mycrate::generic::<mycrate::Type>")]
    [InlineData("_RNvXs_CsAbC_7mycrateAhj4_NtB4_5Trait3run", "<[u8; 4: usize] as mycrate::Trait>::run")]
    public void ARustNameOfTheNewerFormIsReadable(string name, string expected)
    {
        Requires.Command("c++filt");
        Assert.Equal(expected, Readable(name));
    }

    [SkippableFact]
    public void EveryNameOfRustsCompilerIsReadable()
    {
        Requires.Command("rustc");
        Requires.Command("c++filt");
        var folder = Directory.CreateTempSubdirectory("perfmon-rust-");
        var source = Path.Combine(folder.FullName, "shapes.rs");
        File.WriteAllText(
            source,
            """
            pub mod shapes { pub struct Circle<T>(pub T); impl<T: Copy> Circle<T> { #[inline(never)] pub fn area(&self, by: [u8; 4]) -> T { std::hint::black_box(by); self.0 } } }
            #[no_mangle] pub fn start() -> u32 { shapes::Circle(3u32).area([0; 4]) }
            """);
        foreach (var (version, expected) in new[] { ("v0", "<shapes::shapes::Circle<u32>>::area"), ("legacy", "shapes::shapes::Circle<T>::area") })
        {
            var library = Path.Combine(folder.FullName, $"lib{version}.so");
            var result = RunResult.Run("rustc", "--crate-type=cdylib", "-Cdebuginfo=0", $"-Csymbol-mangling-version={version}", "-o", library, source);
            if (result.ExitCode != 0 && version == "legacy")
            {
                // This rustc has the newer form only.
                continue;
            }

            result.Succeeded();
            var names = ListedSymbols.Of(library).Select(symbol => symbol.Name).Where(name => name.Contains("area", StringComparison.Ordinal));
            Assert.Contains(expected, names.Select(Readable));
        }

        folder.Delete(recursive: true);
    }

    [SkippableFact]
    public void ANameMadeToExpandWithoutEndStaysAsItIs()
    {
        Requires.Command("c++filt");
        // f(A*, ...): each parameter is a function that has the one before twice, so that each doubles the length.
        var name = "_Z1fP1A" + string.Concat(Enumerable.Range(0, 60).Select(level => $"PFvS{Base36(2 * level)}_S{Base36(2 * level)}_E"));
        using var demangler = new Demangler(isWanted: true, new Notes());
        Assert.Equal(name, demangler.Readable(name));
        Assert.Equal("foo::bar()", demangler.Readable("_ZN3foo3barEv"));

        // The filter that was ended for it answers again.
        Assert.Equal("123foo::bar", demangler.Readable("_RNvC6_123foo3bar"));
    }

    [Fact]
    public void NamesCanStayAsTheyAre()
    {
        using var demangler = new Demangler(isWanted: false, new Notes());
        Assert.Equal("_ZN3foo3barEv", demangler.Readable("_ZN3foo3barEv"));
    }

    private static string Base36(int value)
    {
        const string digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        return value < 36 ? $"{digits[value]}" : $"{digits[value / 36]}{digits[value % 36]}";
    }

    private static string Readable(string name)
    {
        using var demangler = new Demangler(isWanted: true, new Notes());
        return demangler.Readable(name);
    }
}
