using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Perfmon.Host;
using Perfmon.Tool.CommandLine;
using Perfmon.Tool.Output;

namespace Perfmon.Tool.Info;

/// <summary><c>pfmon info</c>: what this machine and user can count, and what to do about the rest.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json", "-j") { Description = "Write one JSON object.", Arity = ArgumentArity.Zero };
        var command = new Command("info", "Shows what this machine and user can count, why not the rest, and the registers.") { json };
        command.SetAction(result => Run(result.GetValue(json)));
        return command;
    }

    private static int Run(bool json)
    {
        var report = MachineReport.Of(HostDescription.Current);
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, InfoJsonContext.Default.MachineReport));
        }
        else
        {
            MachineText.Write(Terminal.Output, report);
        }

        return ExitCode.Success;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(MachineReport))]
internal sealed partial class InfoJsonContext : JsonSerializerContext;
