using Spectre.Console;

namespace Perfmon.Tool.Output;

/// <summary>Where pfmon writes: coloured and as wide as the window on a terminal; plain and unbroken lines in a pipe or file.</summary>
internal static class Terminal
{
    private const int Unbroken = 100_000;

    // Made when first written to: to ask for the window's width changes the terminal's keypad mode, which a command should not find changed.
    private static readonly Lazy<IAnsiConsole> s_output = new(() => Create(Console.Out, !Console.IsOutputRedirected));
    private static readonly Lazy<IAnsiConsole> s_error = new(() => Create(Console.Error, !Console.IsErrorRedirected));

    public static Style Dim { get; } = new(decoration: Decoration.Dim);

    public static Style Bold { get; } = new(decoration: Decoration.Bold);

    public static Style Warning { get; } = new(Color.Yellow);

    private static Style Failure { get; } = new(Color.Red);

    public static IAnsiConsole Output => s_output.Value;

    public static IAnsiConsole Error => s_error.Value;

    /// <summary>Whether standard error takes colours and overwritten lines.</summary>
    public static bool IsErrorStyled => IsStyled(!Console.IsErrorRedirected);

    /// <summary>Whether standard output takes colours and a screen that is written over.</summary>
    public static bool IsOutputStyled => IsStyled(!Console.IsOutputRedirected);

    /// <summary>Plain text.</summary>
    public static IAnsiConsole Plain(TextWriter writer) => Create(writer, isTerminal: false);

    /// <summary>A message that stands on its own: what went wrong in red, the rest below.</summary>
    public static void WriteMessage(this IAnsiConsole console, string message)
    {
        var lines = message.Split('\n', 2);
        console.WriteLine(lines[0], Failure);
        if (lines.Length > 1)
        {
            console.WriteLine(lines[1]);
        }
    }

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        var isPlain = !IsStyled(isTerminal);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.EightBit,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (!isTerminal)
        {
            // Both: to ask for one of them reads the description of all keys of the terminal.
            console.Profile.Width = Unbroken;
            console.Profile.Height = Unbroken;
        }

        return console;
    }

    // https://no-color.org: set, and not empty.
    private static bool IsStyled(bool isTerminal) =>
        isTerminal
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
}
