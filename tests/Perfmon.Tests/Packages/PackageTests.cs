using System.IO.Compression;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Packages;

/// <summary>The packages do what README says, from the packed files alone.</summary>
public sealed class PackageTests(PackedFiles packages) : IClassFixture<PackedFiles>
{
    [Fact]
    public void The_library_is_complete()
    {
        Assert.Equal(
            [
                "CHANGELOG.md",
                "README.md",
                "lib/net10.0/Perfmon.Native.dll",
                "lib/net10.0/Perfmon.dll",
                "lib/net10.0/Perfmon.xml",
            ],
            Files($"Perfmon.{packages.Version}.nupkg").Where(name => !name.StartsWith("docs/", StringComparison.Ordinal) && !name.StartsWith("runtimes/", StringComparison.Ordinal)));
        Assert.Equal(["lib/net10.0/Perfmon.Native.pdb", "lib/net10.0/Perfmon.pdb"], Files($"Perfmon.{packages.Version}.snupkg"));
        if (CProgram.CanCompile)
            Assert.Contains("runtimes/linux-x64/native/libperfmon-read.so", Files($"Perfmon.{packages.Version}.nupkg"));
        Assert.Contains("docs/permissions.md", Files($"Perfmon.{packages.Version}.nupkg"));
    }

    [Fact]
    public void An_empty_project_runs_the_first_example_of_README()
    {
        var folder = packages.Project("first", File.ReadAllText(Path.Join(Repository.Root, "samples/CountRegion/Program.cs")));
        var output = packages.Dotnet("run", "--project", folder).Succeeded().Output;
        Assert.Matches(@"\Apage-faults:u: 1,0\d\d\ntask-clock:u: [\d,]+ ns\n\z", output);
    }

    [SkippableFact]
    public void The_tool_is_installed_and_runs_without_privileges()
    {
        Requires.Root();
        Requires.Command("setpriv");
        var tools = Path.Join(packages.Folder, "tools");
        packages.Dotnet("tool", "install", "pfmon", "--tool-path", tools, "--version", packages.Version, "--add-source", packages.Feed).Succeeded();
        var pfmon = Path.Join(tools, "pfmon");

        Assert.Contains("page-faults", RunResult.Run(pfmon, "stat", "-e", "page-faults", "true").Succeeded().Error, StringComparison.Ordinal);

        // As in a container: no capability, none to be had, no other user's files.
        var open = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(packages.Folder, open | UnixFileMode.UserWrite);
        string[] nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--no-new-privs", pfmon];
        var own = RunResult.Run("setpriv", [.. nobody, "stat", "-e", "page-faults:u", "true"]);
        var all = RunResult.Run("setpriv", [.. nobody, "stat", "-a", "-e", "page-faults", "true"]);
        Assert.Equal(1, all.ExitCode);
        Assert.Contains("kernel.perf_event_paranoid", all.Error, StringComparison.Ordinal);
        Assert.Contains("sudo", all.Error, StringComparison.Ordinal);
        Assert.True(own.ExitCode == 0 || own.Error.Contains("kernel.perf_event_paranoid", StringComparison.Ordinal), own.Error);
    }

    [SkippableFact]
    public void The_library_works_trimmed_in_a_single_file()
    {
        var folder = packages.Project(
            "single",
            File.ReadAllText(Path.Join(Repository.Root, "samples/CountRegion/Program.cs")),
            "<PublishSingleFile>true</PublishSingleFile><PublishTrimmed>true</PublishTrimmed><SelfContained>true</SelfContained><TreatWarningsAsErrors>true</TreatWarningsAsErrors><InvariantGlobalization>true</InvariantGlobalization>");

        // The runtime for a machine of its own is not among what was restored.
        var published = packages.Dotnet("publish", folder, "-r", "linux-x64", "-o", Path.Join(folder, "out"), "--source", packages.Feed, "--source", "https://api.nuget.org/v3/index.json");
        Skip.If(published.ExitCode != 0 && published.Output.Contains("NU1301", StringComparison.Ordinal), "the runtime to publish with cannot be restored: no network");
        published.Succeeded();
        Assert.Matches(@"\Apage-faults:u: 1,\d\d\d\ntask-clock:u: [\d,]+ ns\n\z", RunResult.Run(Path.Join(folder, "out/single")).Succeeded().Output);
    }

    private IEnumerable<string> Files(string package)
    {
        using var archive = ZipFile.OpenRead(Path.Join(packages.Feed, package));
        return [.. archive.Entries.Select(entry => entry.FullName)
            .Where(name => !name.EndsWith(".nuspec", StringComparison.Ordinal) && !name.StartsWith("_rels/", StringComparison.Ordinal)
                && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];
    }
}
