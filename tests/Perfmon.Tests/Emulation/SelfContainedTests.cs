using Perfmon.Tests.Support;

namespace Perfmon.Tests.Emulation;

/// <summary>These tests with a .NET runtime for 64-bit Arm, published once a run. It comes from the package source in use, if that has it.</summary>
internal static class SelfContainedTests
{
    private const string Runtime = "linux-arm64";

    private static readonly string s_artifacts = Path.Combine(Repository.Root, "artifacts", Runtime);
    private static readonly Lazy<string?> s_whyNot = new(Publish);

    public static string Folder => Path.Combine(s_artifacts, "publish", "Perfmon.Tests", $"release_{Runtime}");

    /// <summary>Why they could not be published; null when they are.</summary>
    public static string? WhyNot => s_whyNot.Value;

    private static string? Publish()
    {
        string[] line =
        [
            "publish", Path.Combine(Repository.Root, "tests", "Perfmon.Tests"), "--runtime", Runtime, "--self-contained", "--artifacts-path", s_artifacts,
            "-p:UseAppHost=true", "-p:ValidateExecutableReferencesMatchSelfContained=false",
        ];
        var result = RunResult.Run("dotnet", line, TimeSpan.FromMinutes(5));
        var error = result.Output.Split('\n').FirstOrDefault(text => text.Contains("error ", StringComparison.Ordinal));
        return result.ExitCode == 0 ? null
            : error?.Contains("NU1101", StringComparison.Ordinal) == true ? $"the package source has no .NET runtime for {Runtime}: use one that has, such as NuGet's own."
            : $"the tests could not be published for {Runtime}: {error?.Trim()}";
    }
}
