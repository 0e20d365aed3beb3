using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Perfmon.Host;

/// <summary>The kernel's version: <c>kernel.osrelease</c>, what <c>uname -r</c> prints.</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number.</param>
/// <param name="Text">All of it, such as <c>6.18.44-generic</c>.</param>
public sealed record KernelRelease(int Major, int Minor, string Text)
{
    /// <summary>A version that could not be read: older than every other.</summary>
    public static KernelRelease Unknown { get; } = new(0, 0, "");

    /// <summary>Whether it is Linux <paramref name="major"/>.<paramref name="minor"/> or later.</summary>
    /// <remarks>Distributions bring features back to older versions: where it can be tried, trying tells more.</remarks>
    public bool AtLeast(int major, int minor) => (Major, Minor).CompareTo((major, minor)) >= 0;

    /// <summary>Reads what <c>uname -r</c> prints; white space around it is ignored.</summary>
    /// <returns>False where <paramref name="text"/> does not start with two numbers; then <paramref name="error"/> quotes it.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out KernelRelease? release, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var rest = text.AsSpan(dot + 1);
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        if (dot >= 0 && TryParseNumber(text.AsSpan(0, dot), out var major) && TryParseNumber(end < 0 ? rest : rest[..end], out var minor))
        {
            release = new KernelRelease(major, minor, text);
            error = null;
            return true;
        }

        release = null;
        error = $"{HostReader.Quote(text)} does not start with a version such as 6.18";
        return false;
    }

    /// <summary>The full text.</summary>
    public override string ToString() => Text;

    internal static KernelRelease Read(HostReader reader)
    {
        var path = reader.Proc("sys/kernel/osrelease");
        if (reader.Text(path) is not { } text)
        {
            return Unknown;
        }

        if (TryParse(text, out var release, out var error))
        {
            return release;
        }

        reader.Report(path, error);
        return Unknown with { Text = text };
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
