using Perfmon.Tests.Support;

namespace Perfmon.Tests.Emulation;

/// <summary>
/// The command that boots an emulated Arm machine: the one that <c>PERFMON_ARM64_LAUNCHER</c> names, else the repository's own.
/// tests/Emulated/README.md tells what is asked of it.
/// </summary>
internal static class Launcher
{
    private const string Variable = "PERFMON_ARM64_LAUNCHER";

    private static readonly string? s_named = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;

    private static readonly Lazy<string?> s_lacks = new(FindWhatLacks);

    public static string Path { get; } = s_named ?? System.IO.Path.Combine(Repository.Root, "tests", "Emulated", "run-on-arm64");

    /// <summary>What this machine lacks to boot another, with the command that mends it; null when it lacks nothing.</summary>
    public static string? WhatLacks => s_lacks.Value;

    /// <summary>How the program <paramref name="name"/> is started in the machine.</summary>
    public static string[] Command(string name) => ["dotnet", $"{name}.dll"];

    private static string? FindWhatLacks()
    {
        if (!File.Exists(Path))
        {
            return s_named is null ? $"no command boots an Arm machine. Name one in {Variable}" : $"{Variable} names {s_named}, which is not there.";
        }

        if (s_named is not null)
        {
            return null;
        }

        var check = RunResult.Run(Path, "--check", "dotnet");
        return check.ExitCode == 0 ? null : check.Error.Trim();
    }
}
