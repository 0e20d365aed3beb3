namespace Perfmon.Tool.CommandLine;

/// <summary>A failure of the tool's own: its message is for the user as it is, and pfmon returns <paramref name="exitCode"/>.</summary>
internal sealed class ToolException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static ToolException WrongUsage(string message) => new(message, CommandLine.ExitCode.WrongUsage);
}
