using System.Text.RegularExpressions;
using Perfmon.Tests.Support;
using Xunit.Abstractions;

namespace Perfmon.Tests.Docs;

/// <summary>Every program in the documentation compiles, runs, and prints what its page shows, but for the numbers.</summary>
public sealed partial class DocExampleTests(CompiledExamples examples, ITestOutputHelper output) : IClassFixture<CompiledExamples>
{
    public static TheoryData<string> Names => [.. DocExample.All.Select(example => example.ToString())];

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void An_example_prints_what_its_page_shows(string name)
    {
        Requires.TraceFs();
        var example = DocExample.All.Single(one => one.ToString() == name);
        if (example.IsCompiledOnly)
        {
            Assert.True(File.Exists(examples.Program));
            return;
        }

        if (example.Code.Contains("KvmHost.Open", StringComparison.Ordinal) || example.Arguments == "VM")
        {
            Requires.Root();
            Requires.X86Kvm();
        }

        Assert.True(example.Output is not null, "The page does not show what it prints.");
        var result = examples.Run(example);
        output.WriteLine(result.Output);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(Shape(example.Output), Shape(result.Output));
    }

    private static string Shape(string output) => Spaces().Replace(Number().Replace(output, "N"), " ").Trim();

    // With sign, point, exponent and separators: a figure of a measurement.
    [GeneratedRegex(@"0x[0-9a-f]+|-?\d[\d,]*(\.\d+)?(E[+-]?\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(@"[ \t]+")]
    private static partial Regex Spaces();
}
