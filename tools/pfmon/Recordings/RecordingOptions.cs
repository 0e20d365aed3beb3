using System.CommandLine;
using Perfmon.Profiles;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Recordings;

/// <summary>What the commands that read a recording have in common; the names are perf's where perf has the same.</summary>
internal sealed class RecordingOptions
{
    private readonly Option<string?> _input = new("--input", "-i") { Description = "The same as FILE: perf's way to name it.", HelpName = "FILE" };
    private readonly Option<string?> _event = new("--event", "-e") { Description = "Only this event, as the file names it.", HelpName = "EVENT" };

    private readonly Option<string?> _root = new("--symfs")
    {
        Description = "The folder below which the recorded machine's files are, by their paths there.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _maps = new("--perf-maps")
    {
        Description = "The folder of the perf-PID.map files of just-in-time compiled code, if it is not /tmp.",
        HelpName = "FOLDER",
    };

    private readonly Option<bool> _raw = new("--no-demangle") { Description = "Leave C++ and Rust names as the files have them.", Arity = ArgumentArity.Zero };

    public IEnumerable<Option> All => [_input, _event, _root, _maps, _raw];

    public Argument<string?> File { get; } = new("FILE")
    {
        Description = $"A perf.data file, of perf or pfmon; - for standard input. [default: {Recording.DefaultFile}]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public string FileOf(ParseResult parsed) => (parsed.GetValue(File), parsed.GetValue(_input)) switch
    {
        ({ } file, { } input) => throw ToolException.WrongUsage($"The recording is named twice, {file} and --input {input}: leave one out."),
        var (file, input) => file ?? input ?? Recording.DefaultFile,
    };

    public string? EventOf(ParseResult parsed) => parsed.GetValue(_event);

    public RecordedSamplesOptions SymbolsOf(ParseResult parsed) => new()
    {
        FileRoot = Folder(parsed, _root),
        PerfMapFolder = Folder(parsed, _maps),
        Demangle = !parsed.GetValue(_raw),
    };

    // A wrong folder would only show as names that are missing.
    private static string? Folder(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        var folder when Directory.Exists(folder) => Path.GetFullPath(folder),
        var folder => throw ToolException.WrongUsage($"{option.Name}: there is no folder {folder}."),
    };
}
