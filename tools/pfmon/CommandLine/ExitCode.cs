namespace Perfmon.Tool.CommandLine;

/// <summary>What pfmon itself returns; <c>stat</c> otherwise returns the command's own code.</summary>
internal static class ExitCode
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int WrongUsage = 2;

    // A shell's conventions.
    public const int NotExecutable = 126;
    public const int NotFound = 127;
    private const int Signalled = 128;

    public static int OfSignal(int signal) => Signalled + signal;
}
