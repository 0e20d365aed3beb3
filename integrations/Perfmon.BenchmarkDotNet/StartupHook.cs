using System.Runtime.Loader;
using Perfmon.BenchmarkDotNet.Counting;

/// <summary>What .NET calls before a benchmark's own program, where <see cref="ChildProcess"/> has asked for it. Its name and its place, outside namespaces, are .NET's rule.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        // A program that does not refer to Perfmon has it beside this assembly.
        var folder = Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Join(folder, $"{name.Name}.dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        try
        {
            Enter();
        }
        catch (Exception problem)
        {
            // The benchmark runs all the same. That nothing was counted shows by the missing report.
            Console.Error.WriteLine($"Perfmon cannot count this process: {problem.Message}");
        }
    }

    // Compiled only when assemblies can be found.
    private static void Enter() => ChildProcess.Enter();
}
