using Perfmon.Diagnostics;

namespace Perfmon.Tool.CommandLine;

/// <summary>Starts a command, with a shell's exit codes where it cannot be.</summary>
internal static class CommandStart
{
    private const int NotPermitted = 13; // EACCES

    /// <param name="attach">Attaches a session to the command.</param>
    /// <exception cref="ToolException">The command cannot be started.</exception>
    public static void Run(Action attach)
    {
        try
        {
            attach();
        }
        catch (PerfmonException failure) when (failure.Reason == PerfmonReason.NoSuchTarget)
        {
            throw new ToolException(failure.Message, failure.Errno == NotPermitted ? ExitCode.NotExecutable : ExitCode.NotFound);
        }
    }
}
