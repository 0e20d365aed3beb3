namespace Perfmon.Host;

/// <summary>Lines of "key: value", procfs's form for <c>status</c> and <c>cpuinfo</c>.</summary>
internal static class KeyedLines
{
    /// <summary>
    /// The values by key, both without white space around them, up to the first empty line. A later line replaces an earlier one;
    /// lines without a colon are skipped.
    /// </summary>
    public static Dictionary<string, string> Parse(string text) => Blocks(text).FirstOrDefault() ?? new(StringComparer.Ordinal);

    /// <summary>The same for each of the blocks that empty lines separate.</summary>
    public static IEnumerable<Dictionary<string, string>> Blocks(string text)
    {
        var block = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Append(""))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
            {
                block[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
            else if (line.AsSpan().Trim().IsEmpty && block.Count > 0)
            {
                yield return block;
                block = new(StringComparer.Ordinal);
            }
        }
    }
}
