namespace Perfmon.Symbols;

/// <summary>What is to be said once.</summary>
internal sealed class Notes
{
    // A run over many broken files is not to keep a text for each.
    private const int Most = 256;

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Say(string note)
    {
        if (_all.Count < Most && _said.Add(note))
        {
            _all.Add(note);
        }
    }
}
