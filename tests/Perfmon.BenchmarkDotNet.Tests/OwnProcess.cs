using Perfmon.Tests.Support;

namespace Perfmon.BenchmarkDotNet.Tests;

/// <summary>
/// A folder with a project of Perfmon.BenchmarkProgram that refers to what is built already: BenchmarkDotNet builds it and a program beside it, and not all of Perfmon.
/// </summary>
internal sealed class OwnProcess : IDisposable
{
    private const string Program = "Perfmon.BenchmarkProgram";

    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-bdn-program-").FullName;

    public OwnProcess()
    {
        var binaries = AppContext.BaseDirectory;
        var sources = Path.Join(Repository.Root, "tests", Program);
        File.WriteAllText(Path.Join(_folder, "global.json"), "{}"); // where BenchmarkDotNet stops looking
        File.WriteAllText(Path.Join(_folder, $"{Program}.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <NuGetAudit>false</NuGetAudit>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="{sources}/*.cs" />
                <PackageReference Include="BenchmarkDotNet" Version="0.14.0" />
                <Reference Include="{binaries}Perfmon.dll" />
                <Reference Include="{binaries}Perfmon.BenchmarkDotNet.dll" />
              </ItemGroup>
            </Project>
            """);

        // The host is the program that is built: BenchmarkDotNet puts what it builds beside it.
        Copy(_folder);
    }

    public string Folder => _folder;

    /// <summary>Copies the program that is built to a folder.</summary>
    public static void Copy(string folder)
    {
        var binaries = AppContext.BaseDirectory;
        var runtimes = Path.Join(binaries, "runtimes");
        foreach (var file in Directory.GetFiles(binaries, "*.dll")
            .Concat(Directory.GetFiles(binaries, $"{Program}.*.json"))
            .Concat(Directory.Exists(runtimes) ? Directory.GetFiles(runtimes, "*", SearchOption.AllDirectories) : []))
        {
            var copy = Path.Join(folder, Path.GetRelativePath(binaries, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
