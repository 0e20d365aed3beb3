using System.IO.Enumeration;

namespace Perfmon.Events;

/// <summary>Names with <c>*</c> (any text) and <c>?</c> (any character).</summary>
internal static class NamePattern
{
    public static bool IsPattern(ReadOnlySpan<char> name) => name.ContainsAny('*', '?');

    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
