using System.Text;
using System.Text.RegularExpressions;
using Perfmon.Session;
using Perfmon.Tests.Support;

namespace Perfmon.Tests.Docs;

/// <summary>All programs of the documentation in one, which is built once: its first argument says which is to run.</summary>
public sealed partial class CompiledExamples : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perfmon-docs-").FullName;
    private readonly Lazy<string> _program;

    public CompiledExamples() => _program = new Lazy<string>(Build);

    /// <summary>The program with all of them.</summary>
    internal string Program => _program.Value;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs a program; where the page says so, with the id of a process that works until it is ended, or of a virtual machine whose guest writes to a port.</summary>
    internal RunResult Run(DocExample example)
    {
        var built = _program.Value;
        var words = example.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var program = words.Contains("PID") ? RunningProgram.Start("steady_worker") : words.Contains("VM") ? RunningProgram.Start("small_guest") : null;
        using var over = new CancellationTokenSource();
        var guest = Task.CompletedTask;
        if (words.Contains("VM"))
        {
            // KVM knows a vCPU's thread once it has run.
            Write(program!);
            guest = Task.Factory.StartNew(() => KeepWriting(program!, over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        var result = RunResult.Run("dotnet", ["exec", built, example.Name, .. words.Select(word => word is "PID" or "VM" ? $"{program!.Pid}" : word)]);
        over.Cancel();
        guest.Wait();
        return result;
    }

    private static void KeepWriting(RunningProgram program, CancellationToken until)
    {
        while (!until.WaitHandle.WaitOne(20))
        {
            Write(program);
        }
    }

    // Each order is answered before the next: a pipe that nobody reads fills up.
    private static void Write(RunningProgram program)
    {
        program.Go("out 0 100");
        Assert.Equal("out 100", program.ReadLine());
    }

    private string Build()
    {
        var library = Path.GetDirectoryName(typeof(MonitoringSession).Assembly.Location)!;
        File.WriteAllText(Path.Join(_folder, "examples.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{library}/Perfmon.dll;{library}/Perfmon.Native.dll;{library}/CommunityToolkit.HighPerformance.dll;{library}/MathNet.Numerics.dll;{library}/Google.Protobuf.dll;{library}/Microsoft.Diagnostics.NETCore.Client.dll" />
                <Reference Include="{library}/OpenTelemetry*.dll;{library}/Microsoft.Extensions.*.dll" />
              </ItemGroup>
            </Project>
            """);
        var cases = new StringBuilder();
        foreach (var example in DocExample.All)
        {
            File.WriteAllText(Path.Join(_folder, $"{example.Name}.cs"), Class(example));
            cases.Append($"    case \"{example.Name}\": await {example.Name}.Program.Run(args[1..]); break;\n");
        }

        File.WriteAllText(Path.Join(_folder, "Program.cs"), $"switch (args[0])\n{{\n{cases}    default: throw new ArgumentException(args[0]);\n}}\n");
        RunResult.Run("dotnet", ["build", _folder, "-v", "q", "-o", Path.Join(_folder, "out")], TimeSpan.FromMinutes(5), new Dictionary<string, string?>
        {
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["MSBuildSDKsPath"] = null,
            ["MSBUILD_EXE_PATH"] = null,
            ["MSBuildExtensionsPath"] = null,
        }).Succeeded();
        return Path.Join(_folder, "out/examples.dll");
    }

    // A project has one file of statements. So these stand in a method, between the usings before them and the types behind.
    private static string Class(DocExample example)
    {
        var lines = example.Code.TrimEnd('\n').Split('\n');
        var usings = lines.TakeWhile(line => line.Length == 0 || UsingDirective().IsMatch(line)).ToList();
        var statements = lines.Skip(usings.Count).TakeWhile(line => !TypeDeclaration().IsMatch(line)).ToList();
        var types = lines.Skip(usings.Count + statements.Count);
        return $$"""
            {{string.Join('\n', usings)}}
            namespace {{example.Name}}
            {
                static class Program
                {
                    public static async Task Run(string[] args)
                    {
                        await Task.CompletedTask;
            #line {{example.Line + usings.Count + 1}} "{{example.Page}}"
            {{string.Join('\n', statements)}}
                    }
                }
            {{string.Join('\n', types)}}
            }
            """;
    }

    [GeneratedRegex(@"^using [\w.]+;|^using \w+ = [\w.]+;")]
    private static partial Regex UsingDirective();

    [GeneratedRegex(@"^(public |internal |sealed |static |abstract |readonly |file )*(class|record|struct|interface|enum) ")]
    private static partial Regex TypeDeclaration();
}
