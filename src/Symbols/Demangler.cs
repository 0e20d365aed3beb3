using System.Text.RegularExpressions;
using Perfmon.Native.LibStdCxx;

namespace Perfmon.Symbols;

/// <summary>
/// C++ and Rust names as people write them, by the demanglers that the machine has: libstdc++'s, and <c>c++filt</c> for what that does not
/// know (Rust's v0 names) or what may be without measure. Without them names stay as they are, which is said once.
/// </summary>
internal sealed partial class Demangler(bool isWanted, Notes notes) : IDisposable
{
    private const string Plt = "@plt";
    private const int LongestName = 16 << 10;

    // Each may double what the name expands to. Real names have up to some tens, most of which do not.
    private const int MostReferences = 40;

    private const int RustHashLength = 19; // ::h and sixteen digits

    private readonly CxxFilt _filter = new();

    /// <summary>The readable form of <paramref name="name"/>; itself where it is none of these, or nothing here can tell.</summary>
    public string Readable(string name)
    {
        name = WithoutVersion(name);
        var isCxx = name.StartsWith("_Z", StringComparison.Ordinal);
        var isRust = name.Length > 2 && name.StartsWith("_R", StringComparison.Ordinal) && (char.IsAsciiLetterUpper(name[2]) || char.IsAsciiDigit(name[2]));
        if (!isWanted || name.Length > LongestName || !(isCxx || isRust))
        {
            return name;
        }

        if (name.EndsWith(Plt, StringComparison.Ordinal))
        {
            return Readable(name[..^Plt.Length]) + Plt;
        }

        return isCxx ? Cxx(name) ?? name : RustV0(name) ?? name;
    }

    public void Dispose() => _filter.Dispose();

    /// <summary>A symbol's name without its version: <c>clock_gettime</c> of <c>clock_gettime@@GLIBC_2.17</c>.</summary>
    internal static string WithoutVersion(string name) =>
        name.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && !name.EndsWith(Plt, StringComparison.Ordinal) ? name[..at] : name;

    /// <summary>The method of a type without what only tells two crates of a name apart.</summary>
    internal static string WithoutDisambiguators(string name) => Disambiguator().Replace(name, "");

    private string? Cxx(string name)
    {
        var isDense = Reference().Count(name) > MostReferences;
        if (!CxxDemangler.IsAvailable && !_filter.IsAvailable)
        {
            notes.Say("C++ names are shown as the linker has them: neither libstdc++ nor c++filt is installed. Run:  sudo apt-get install libstdc++6");
            return null;
        }

        var demangled = CxxDemangler.IsAvailable && !isDense ? CxxDemangler.Demangle(name) : _filter.Demangle(name);
        return demangled is not null && IsRustLegacy(demangled) ? RustEscapes.Decode(demangled[..^RustHashLength]) : demangled;
    }

    private string? RustV0(string name)
    {
        if (!_filter.IsAvailable)
        {
            notes.Say("Rust names (v0) are shown as the linker has them: c++filt is not installed. Run:  sudo apt-get install binutils");
            return null;
        }

        return _filter.Demangle(name) is { } demangled ? WithoutDisambiguators(demangled) : null;
    }

    // Rust's older form is a C++ name whose last part is a hash.
    private static bool IsRustLegacy(string name) =>
        name.Length > RustHashLength
        && name.AsSpan(name.Length - RustHashLength).StartsWith("::h", StringComparison.Ordinal)
        && name.AsSpan(name.Length - RustHashLength + 3).IndexOfAnyExceptInRange('0', 'f') < 0
        && name.AsSpan(name.Length - RustHashLength + 3).IndexOfAnyInRange(':', '`') < 0;

    [GeneratedRegex(@"S[0-9A-Z]*_|T[0-9]*_")]
    private static partial Regex Reference();

    [GeneratedRegex(@"(?<=\w)\[[0-9a-f]+\]")]
    private static partial Regex Disambiguator();
}
