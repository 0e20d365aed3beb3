using Perfmon.Tests.Support;

namespace Perfmon.Tests.Emulation;

/// <summary>
/// The command that boots an emulated Arm machine: the one that <c>PERFMON_ARM64_LAUNCHER</c> names, else the repository's own.
/// tests/Emulated/README.md tells what is asked of it.
/// </summary>
internal static class Launcher
{
    private const string LauncherVariable = "PERFMON_ARM64_LAUNCHER";
    private const string RuntimeVariable = "PERFMON_ARM64_DOTNET";

    private static readonly string? s_named = Variable(LauncherVariable);
    private static readonly Lazy<string?> s_lacks = new(FindWhatLacks);

    public static string Path { get; } = s_named ?? System.IO.Path.Combine(Repository.Root, "tests", "Emulated", "run-on-arm64");

    /// <summary>Whether the machine gets a runtime with the tests; otherwise it has one, as the command <c>dotnet</c>.</summary>
    public static bool BringsRuntime { get; } = s_named is null && Variable(RuntimeVariable) is null;

    /// <summary>What this machine lacks to boot another, with the command that mends it; null when it lacks nothing.</summary>
    public static string? WhatLacks => s_lacks.Value;

    /// <summary>How the program <paramref name="name"/> is started in the machine.</summary>
    public static string[] Command(string name) => BringsRuntime ? [$"./{name}"] : ["dotnet", $"{name}.dll"];

    private static string? FindWhatLacks()
    {
        if (s_named is not null)
        {
            return File.Exists(s_named) ? null : $"{LauncherVariable} names {s_named}, which is not there.";
        }

        string[] check = BringsRuntime ? ["--check"] : ["--check", "dotnet"];
        var result = RunResult.Run(Path, check);
        return result.ExitCode != 0 ? result.Error.Trim()
            : BringsRuntime && SelfContainedTests.WhyNot is { } why ? $"{why} Or name a program that runs .NET on 64-bit Arm in {RuntimeVariable}."
            : null;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
