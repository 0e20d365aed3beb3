using Perfmon.Tests.Support;

namespace Perfmon.Tests.Packages;

/// <summary>
/// The packages, packed as they are published, and a folder that knows no others than these and what this machine has restored already.
/// </summary>
public sealed class PackedFiles : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    // Of this run only: a version that NuGet has seen before it takes from its cache.
    private readonly string _version = $"0.0.0-test.{Environment.ProcessId}";
    private readonly Lazy<string> _feed;

    public PackedFiles() => _feed = new Lazy<string>(Pack);

    /// <summary>A folder of its own, which goes with this.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("perfmon-packages-").FullName;

    /// <summary>The folder of the packed files.</summary>
    internal string Feed => _feed.Value;

    internal string Version => _version;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>A project that references one package, in a folder that is not below this repository's.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="program">Its Program.cs.</param>
    /// <param name="properties">More properties, as XML.</param>
    /// <param name="package">The package.</param>
    internal string Project(string name, string program, string properties = "", string package = "Perfmon")
    {
        var folder = Path.Join(Folder, name);
        Directory.CreateDirectory(folder);
        WriteSources(Feed);
        File.WriteAllText(Path.Join(folder, "Program.cs"), program);
        File.WriteAllText(Path.Join(folder, $"{name}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{_version}" />
              </ItemGroup>
            </Project>
            """);
        return folder;
    }

    /// <summary>Runs the SDK in <see cref="Folder"/>, with a cache of packages of its own.</summary>
    internal RunResult Dotnet(params string[] arguments) => Run("dotnet", arguments);

    /// <summary>The same in another folder, which programs of BenchmarkDotNet look for their project in.</summary>
    internal RunResult DotnetIn(string folder, params string[] arguments) => Run("sh", ["-c", "cd \"$0\" && exec dotnet \"$@\"", folder, .. arguments]);

    private RunResult Run(string file, string[] arguments) => RunResult.Run(file, arguments, s_longest, new Dictionary<string, string?>
    {
        ["NUGET_PACKAGES"] = Path.Join(Folder, "cache"),
        ["DOTNET_CLI_HOME"] = Path.Join(Folder, "home"),
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        // Of the test's own host: a build under them would take the wrong paths.
        ["MSBuildSDKsPath"] = null,
        ["MSBUILD_EXE_PATH"] = null,
        ["MSBuildExtensionsPath"] = null,
    });

    // What is restored already stands in the user's cache, which serves as a source itself: nothing is asked of the network that is not new.
    private void WriteSources(string feed)
    {
        var restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        File.WriteAllText(Path.Join(Folder, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <add key="packed" value="{feed}" />
                <add key="restored" value="{restored}" />
              </packageSources>
            </configuration>
            """);
    }

    private string Pack()
    {
        var feed = Path.Join(Folder, "feed");
        foreach (var project in (string[])["src", "integrations/Perfmon.BenchmarkDotNet", "tools/pfmon"])
        {
            RunResult.Run(
                "dotnet",
                ["pack", Path.Join(Repository.Root, project), "-c", "Release", "-o", feed, $"-p:Version={_version}", "-p:ContinuousIntegrationBuild=true", "-v", "q"],
                s_longest,
                new Dictionary<string, string?> { ["MSBUILDDISABLENODEREUSE"] = "1", ["MSBuildSDKsPath"] = null, ["MSBUILD_EXE_PATH"] = null, ["MSBuildExtensionsPath"] = null }).Succeeded();
        }

        return feed;
    }
}
