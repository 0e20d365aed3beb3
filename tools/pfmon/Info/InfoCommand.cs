using System.CommandLine;
namespace Perfmon.Tool.Info;
internal static class InfoCommand
{
    public static Command Create() => new("info", "Shows what this machine and user can do, and why not the rest.");
}
