using System.CommandLine;
using System.CommandLine.Invocation;
using Perfmon.Diagnostics;
using Perfmon.Tool.Output;

namespace Perfmon.Tool.CommandLine;

/// <summary>Parses a command line, carries it out, and turns what went wrong into a message and an exit code.</summary>
internal static class Invocation
{
    // A command's own @arguments are not files with more arguments, and its signals are ours to handle.
    private static readonly ParserConfiguration s_parser = new() { ResponseFileTokenReplacer = null };
    private static readonly InvocationConfiguration s_invocation = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ExamplesHelpAction.Install(root);
        var parsed = root.Parse(args, s_parser);
        if (parsed.Action is ParseErrorAction)
        {
            return Fail(Usage(parsed), ExitCode.WrongUsage);
        }

        try
        {
            return await parsed.InvokeAsync(s_invocation).ConfigureAwait(false);
        }
        catch (PerfmonException failure)
        {
            return Fail(failure.Message, IsWrongUsage(failure) ? ExitCode.WrongUsage : ExitCode.Failure);
        }
        catch (ToolException failure)
        {
            return Fail(failure.Message, failure.ExitCode);
        }
        catch (IOException failure)
        {
            return Fail(failure.Message, ExitCode.Failure);
        }
    }

    private static bool IsWrongUsage(PerfmonException failure) => failure.Reason is PerfmonReason.UnknownEvent or PerfmonReason.InvalidRequest;

    private static int Fail(string message, int exitCode)
    {
        Terminal.Error.WriteMessage(message);
        return exitCode;
    }

    private static string Usage(ParseResult parsed)
    {
        var path = new List<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            path.Insert(0, result.Command.Name);
        }

        var messages = parsed.Errors.Select(error => error.Message).Distinct();
        return $"{string.Join('\n', messages)}\nSee how it is used:  {string.Join(' ', path)} --help";
    }
}
