namespace Perfmon.Profiles;

/// <summary>Numbers things from 0 in the order in which they are met.</summary>
internal sealed class Numbers<T>
    where T : notnull
{
    private readonly Dictionary<T, int> _numbers = [];
    private readonly List<T> _all = [];

    public IReadOnlyList<T> All => _all;

    /// <summary>The number of <paramref name="key"/>, a new one where it is new.</summary>
    public int Of(T key)
    {
        if (!_numbers.TryGetValue(key, out var number))
        {
            number = _all.Count;
            _numbers.Add(key, number);
            _all.Add(key);
        }

        return number;
    }
}
