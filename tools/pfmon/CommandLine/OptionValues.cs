using System.CommandLine;

namespace Perfmon.Tool.CommandLine;

/// <summary>How options are made and read, the same for all commands.</summary>
internal static class OptionValues
{
    /// <summary>An option without an argument: in "--json true" the command is true.</summary>
    public static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>A number above 0; null where the option is not given. Parsed here, for a message in words.</summary>
    /// <exception cref="ToolException">It is another text.</exception>
    public static int? Positive(this ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text ? null
        : int.TryParse(text, out var number) && number > 0 ? number
        : throw ToolException.WrongUsage($"{option.ShortName()}: '{text}' is not a whole number from 1 to {int.MaxValue}.");

    /// <summary>How people write the option.</summary>
    public static string ShortName(this Option option) => option.Aliases.Append(option.Name).First();

    /// <exception cref="ToolException"><paramref name="isWrong"/>.</exception>
    public static void Refuse(bool isWrong, string why)
    {
        if (isWrong)
        {
            throw ToolException.WrongUsage(why);
        }
    }
}
