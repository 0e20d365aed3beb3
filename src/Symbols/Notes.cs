namespace Perfmon.Symbols;

/// <summary>What is to be said once. Files that have no names for the same reason are told together.</summary>
internal sealed class Notes
{
    // A run over many broken files is not to keep a text for each.
    private const int Most = 256;
    private const int MostNamed = 3;

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly List<string> _all = [];
    private readonly Dictionary<string, List<string>> _nameless = new(StringComparer.Ordinal);

    public IReadOnlyList<string> All => [.. _all, .. _nameless.Select(reason => Nameless(reason.Value, reason.Key))];

    public void Say(string note)
    {
        if (_said.Count < Most && _said.Add(note))
        {
            _all.Add(note);
        }
    }

    /// <summary>Addresses in <paramref name="file"/> have no names.</summary>
    /// <param name="file">The file's path.</param>
    /// <param name="reason">Why, without a full stop.</param>
    public void SayNameless(string file, string reason)
    {
        if (_said.Count < Most && _said.Add($"{file}\0{reason}"))
        {
            if (!_nameless.TryGetValue(reason, out var files))
            {
                _nameless.Add(reason, files = []);
            }

            files.Add(file);
        }
    }

    private static string Nameless(List<string> files, string reason)
    {
        var more = files.Count > MostNamed ? $" and {files.Count - MostNamed:N0} more" : "";
        return $"Addresses in {string.Join(", ", files.Take(MostNamed))}{more} have no names: {reason}.";
    }
}
