using System.Globalization;
using System.Text.RegularExpressions;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Docs;

/// <summary>What README shows is what is there: its example is a program that is compiled and run.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Join(Repository.Root, "README.md"));

    [Fact]
    public void Its_example_is_the_sample() =>
        Assert.Equal(File.ReadAllText(Path.Join(Repository.Root, "samples/CountRegion/Program.cs")), Fence("csharp"));

    [Fact]
    public void The_sample_prints_what_it_shows()
    {
        var sample = Path.Join(Repository.Root, "artifacts/bin/CountRegion/debug/CountRegion.dll");
        var output = RunResult.Run("dotnet", sample).Succeeded().Output;
        var shown = Fence("");
        Assert.Equal(Shape(shown), Shape(output));

        // A thousand fresh pages, and the few that .NET itself touches.
        var faults = int.Parse(Number().Match(output).Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.InRange(faults, 1_000, 1_100);
    }

    public static TheoryData<string> Pages =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md").Select(file => Path.GetFileName(file)),
        .. Repository.Files(["docs", "samples", "tools", "integrations", "bench", "tests/Emulated"], ".md").Select(file => file.Path),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_lead_somewhere(string page)
    {
        var text = File.ReadAllText(Path.Join(Repository.Root, page));
        var folder = Path.GetDirectoryName(Path.Join(Repository.Root, page))!;
        Assert.All(Link().Matches(text).Select(match => match.Groups[1].Value), link => Assert.True(Path.Exists(Path.Join(folder, link)), link));
    }

    [Fact]
    public void Its_links_lead_somewhere()
    {
        var links = Link().Matches(s_readme).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Join(Repository.Root, link)), link));
    }

    // The first fenced block of a language, without the fence.
    private static string Fence(string language)
    {
        var start = s_readme.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        if (language.Length == 0)
        {
            start = s_readme.IndexOf("```\n```\n", StringComparison.Ordinal) + 8;
        }

        return s_readme[start..s_readme.IndexOf("```", start, StringComparison.Ordinal)];
    }

    private static string Shape(string output) => Number().Replace(output, "N").Trim();

    [GeneratedRegex(@"\d[\d,]*")]
    private static partial Regex Number();

    [GeneratedRegex(@"\]\((?!http)([^)#]+)\)")]
    private static partial Regex Link();
}
