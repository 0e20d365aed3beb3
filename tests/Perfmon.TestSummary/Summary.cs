using System.Text.RegularExpressions;

namespace Perfmon.TestSummary;

/// <summary>What a test run came to. A skipped test is told with its reason: a check that did not run must be seen.</summary>
public sealed partial class Summary
{
    private readonly List<string> _failed = [];
    private readonly List<(string Name, string Reason)> _skipped = [];
    private int _passed;

    /// <summary>Counts a test that passed.</summary>
    public void AddPassed() => _passed++;

    /// <summary>Keeps the name of a test that failed.</summary>
    public void AddFailed(string name) => _failed.Add(name);

    /// <summary>Keeps a test that did not run, and why. The reason becomes one line.</summary>
    public void AddSkipped(string name, string? reason)
    {
        var line = Whitespace().Replace(reason ?? "", " ").Trim();
        _skipped.Add((name, line.Length == 0 ? "no reason given" : line));
    }

    /// <summary>The skipped tests by reason, the most frequent first; the failed tests; the totals as the last line.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var group in _skipped.GroupBy(test => test.Reason, test => test.Name).OrderByDescending(group => group.Count()))
        {
            foreach (var line in Group($"{group.Count()} skipped: {group.Key}", group))
                yield return line;
        }

        if (_failed.Count > 0)
        {
            foreach (var line in Group($"{_failed.Count} failed:", _failed))
                yield return line;
        }

        yield return $"{_passed} passed, {_failed.Count} failed, {_skipped.Count} skipped";
    }

    private static IEnumerable<string> Group(string title, IEnumerable<string> names) =>
        names.Order(StringComparer.Ordinal).Select(name => "  " + name).Prepend(title);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
