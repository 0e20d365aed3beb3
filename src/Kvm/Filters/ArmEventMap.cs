namespace Perfmon.Kvm.Filters;

/// <summary>
/// The kernel's map of allowed events of a whole event space (<c>kvm->arch.pmu_filter</c>), made as the kernel makes it: the first range fills or empties it,
/// then each sets or clears its bits.
/// </summary>
internal sealed class ArmEventMap
{
    private readonly bool[] _allowed;

    public ArmEventMap(ArmEventFilter filter, ArmEventSpace space)
    {
        _allowed = new bool[(int)space];
        Array.Fill(_allowed, filter.Default == FilterAction.Allow);
        foreach (var range in filter.Ranges)
        {
            // A space smaller than the filter's is refused by whoever asks.
            _allowed.AsSpan(range.First, range.Count).Fill(range.Action == FilterAction.Allow);
        }
    }

    public int Count => _allowed.Length;

    public bool this[int number] => _allowed[number];

    /// <summary>The longest runs of events, at most <paramref name="longest"/> each, of which <paramref name="key"/> says the same, without those of which it says null.</summary>
    public static IEnumerable<(int First, int Last, bool Key)> Runs(int count, int longest, Func<int, bool?> key)
    {
        for (int first = 0, last; first < count; first = last + 1)
        {
            last = first;
            if (key(first) is not { } value)
            {
                continue;
            }

            while (last + 1 < count && last - first + 1 < longest && key(last + 1) == value)
            {
                last++;
            }

            yield return (first, last, value);
        }
    }
}
