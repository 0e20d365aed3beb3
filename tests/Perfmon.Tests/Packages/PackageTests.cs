using System.Globalization;
using System.IO.Compression;
using System.Xml.Linq;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Packages;

/// <summary>The packages do what README says, from the packed files alone.</summary>
public sealed class PackageTests(PackedFiles packages) : IClassFixture<PackedFiles>
{
    private const string GetPpid = "syscalls:sys_enter_getppid";

    // One short case in a process of its own; then the same work in a session, here.
    private const string BenchmarkOfKnownWork = """
        using System.Globalization;
        using BenchmarkDotNet.Attributes;
        using BenchmarkDotNet.Configs;
        using BenchmarkDotNet.Running;
        using Perfmon.BenchmarkDotNet;
        using Perfmon.BenchmarkProgram;
        using Perfmon.Session;

        BenchmarkRunner.Run<Both>(ManualConfig.Create(DefaultConfig.Instance).WithBuildTimeout(TimeSpan.FromMinutes(5)));
        var both = new Both();
        both.CallsAndPages();
        using var session = MonitoringSession.Create("page-faults,syscalls:sys_enter_getppid");
        session.Attach(Target.CallingThread);
        session.Start();
        for (var i = 0; i < 1_000; i++)
            both.CallsAndPages();
        session.Stop();
        foreach (var counted in session.Read())
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"= {counted.Event.Name} {counted.Count.Value / 1_000.0}"));

        [SimpleJob(launchCount: 1, warmupCount: 1, iterationCount: 3, invocationCount: 256)]
        [PerfmonDiagnoser("page-faults", "syscalls:sys_enter_getppid")]
        public class Both
        {
            private readonly KnownWork _work = new();

            [Benchmark]
            public int CallsAndPages()
            {
                _work.TouchFreshPages();
                return _work.GetParent();
            }
        }
        """;

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

        // The runtime for a machine of its own is not among what was restored: it comes from the sources that NuGet has by itself.
        var published = packages.Dotnet("publish", folder, "-r", "linux-x64", "-o", Path.Join(folder, "out"));
        Skip.If(published.ExitCode != 0 && published.Output.Contains("NU1301", StringComparison.Ordinal), "the runtime to publish with cannot be restored: no network");
        published.Succeeded();
        Assert.Matches(@"\Apage-faults:u: 1,\d\d\d\ntask-clock:u: [\d,]+ ns\n\z", RunResult.Run(Path.Join(folder, "out/single")).Succeeded().Output);
    }

    [Fact]
    public void The_integration_of_BenchmarkDotNet_is_complete_and_leaves_Perfmon_to_its_package()
    {
        Assert.Equal(
            ["README.md", "lib/net10.0/Perfmon.BenchmarkDotNet.dll", "lib/net10.0/Perfmon.BenchmarkDotNet.xml"],
            Files($"Perfmon.BenchmarkDotNet.{packages.Version}.nupkg"));
        Assert.Equal(["lib/net10.0/Perfmon.BenchmarkDotNet.pdb"], Files($"Perfmon.BenchmarkDotNet.{packages.Version}.snupkg"));
        Assert.Contains(Dependencies($"Perfmon.BenchmarkDotNet.{packages.Version}.nupkg"), one => one == ("Perfmon", packages.Version));

        // Of the files that stand beside it in the repository the package has none.
        Assert.DoesNotMatch(@"\]\((?!https://)", File.ReadAllText(Path.Join(Repository.Root, "integrations/Perfmon.BenchmarkDotNet/README.md")));
    }

    [SkippableFact]
    public void A_benchmark_that_knows_the_package_alone_has_columns_that_agree_with_a_session()
    {
        Requires.Root();
        Requires.TraceFs();
        var folder = packages.Project("benchmark", BenchmarkOfKnownWork, package: "Perfmon.BenchmarkDotNet");
        File.Copy(Path.Join(Repository.Root, "tests/Perfmon.BenchmarkProgram/KnownWork.cs"), Path.Join(folder, "KnownWork.cs"));
        File.WriteAllText(Path.Join(folder, "global.json"), "{}"); // where BenchmarkDotNet stops looking for the project
        var log = packages.DotnetIn(folder, "run", "-c", "Release").Succeeded().Output;

        var rows = log.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        var (header, row) = (Assert.Single(rows, row => row[0] == "Method"), Assert.Single(rows, row => row[0] == "CallsAndPages"));
        double Cell(string column) => Array.IndexOf(header, column) is >= 0 and var at ? Number(row[at]) : throw new InvalidOperationException($"no column {column}\n{log}");
        double Direct(string name) => Number(Assert.Single(log.Split('\n'), line => line.StartsWith($"= {name} ", StringComparison.Ordinal)).Split(' ')[^1]);

        Assert.Equal((25, 25), (Direct(GetPpid), Cell($"{GetPpid}/op")));
        Assert.InRange(Direct("page-faults"), 64, 64 * 1.01);
        Assert.InRange(Cell("page-faults/op") / Direct("page-faults"), 0.99, 1.01);
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private IEnumerable<(string Id, string Version)> Dependencies(string package)
    {
        using var archive = ZipFile.OpenRead(Path.Join(packages.Feed, package));
        using var description = archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return [.. XDocument.Load(description).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (element.Attribute("id")!.Value, element.Attribute("version")!.Value))];
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
