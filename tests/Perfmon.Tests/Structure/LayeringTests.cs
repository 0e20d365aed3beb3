using Perfmon.Tests.Support;

namespace Perfmon.Tests.Structure;

/// <summary>The source tree keeps <see cref="SourceRules"/>, and each rule can fail.</summary>
public sealed class LayeringTests
{
    [Fact]
    public void Folders_of_src_use_only_what_the_design_allows() => Holds(SourceRules.Arrows, Repository.Files(["src"], ".cs"));

    [Fact]
    public void Unsafe_code_is_under_native_only() =>
        Holds(SourceRules.Safety, Repository.Files(["src", "tools", "integrations"], ".cs"));

    [Fact]
    public void Files_are_short() => Holds(SourceRules.Length, Repository.Files(["src", "native", "tools"], ".cs", ".c", ".h"));

    // native/LibC has the namespace of the package it stands in for.
    [Fact]
    public void A_namespace_is_its_folder() => Holds(
        SourceRules.Namespace,
        Repository.Files(["src", "native"], ".cs").Where(file => !file.Path.StartsWith("native/LibC/", StringComparison.Ordinal)));

    [Theory]
    [InlineData("src/Host/A.cs", "using Perfmon.Registers;")]
    [InlineData("src/Sets/A.cs", "var x = Perfmon.Sampling.Ring.Open();")]
    [InlineData("src/Kvm/Guests/A.cs", "using static Perfmon.Symbols.Elf;")]
    [InlineData("src/Session/A.cs", "using Perfmon.Metrics;")]
    [InlineData("src/Metrics/A.cs", "using Perfmon.Registers;")]
    [InlineData("src/Unknown/A.cs", "")]
    [InlineData("src/A.cs", "")]
    public void An_arrow_that_is_not_in_the_table_is_found(string path, string text) =>
        Assert.Single(SourceRules.Arrows(path, text));

    [Theory]
    [InlineData("src/Sampling/A.cs", "using Perfmon.Sampling.Files; using Perfmon.Symbols; using Perfmon.Native.Abi;")]
    [InlineData("src/Host/A.cs", "// see Perfmon.Sampling\nvar name = \"Perfmon.Kvm\"; /* Perfmon.Sets */")]
    public void An_arrow_of_the_table_and_a_mention_are_not(string path, string text) =>
        Assert.Empty(SourceRules.Arrows(path, text));

    [Theory]
    [InlineData("public unsafe struct A;")]
    [InlineData("[DllImport(\"libc\")] static extern int getpid();")]
    [InlineData("[LibraryImport(\"libc\")] static partial int getpid();")]
    public void Unsafe_code_is_found(string text) => Assert.Single(SourceRules.Safety("src/Host/A.cs", text));

    [Fact]
    public void Unsafe_with_a_capital_and_in_a_comment_is_not() =>
        Assert.Empty(SourceRules.Safety("src/Host/A.cs", "Unsafe.SizeOf<int>(); // unsafe"));

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 1)]
    public void A_long_file_is_found(int lines, int offences) =>
        Assert.Equal(offences, SourceRules.Length("src/A.cs", string.Concat(Enumerable.Repeat("line\n", lines))).Count());

    [Theory]
    [InlineData("src/Host/A.cs", "namespace Perfmon.Hosts;", 1)]
    [InlineData("src/Host/Cpu/A.cs", "namespace Perfmon.Host;", 1)]
    [InlineData("native/Abi/A.cs", "namespace Perfmon.Abi;", 1)]
    [InlineData("native/Abi/A.cs", "namespace Perfmon.Native.Abi;", 0)]
    [InlineData("src/Host/Cpu/A.cs", "namespace Perfmon.Host.Cpu;", 0)]
    public void A_namespace_that_is_not_its_folder_is_found(string path, string text, int offences) =>
        Assert.Equal(offences, SourceRules.Namespace(path, text).Count());

    private static void Holds(Func<string, string, IEnumerable<string>> rule, IEnumerable<(string Path, string Text)> files)
    {
        var scanned = files.ToList();
        Assert.NotEmpty(scanned);
        var offences = scanned.SelectMany(file => rule(file.Path, file.Text)).ToList();
        Assert.True(offences.Count == 0, string.Join('\n', offences));
    }
}
