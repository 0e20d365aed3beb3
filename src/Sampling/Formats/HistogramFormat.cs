using System.Runtime.InteropServices;
using Perfmon.Session;

namespace Perfmon.Sampling.Formats;

/// <summary>Counts overflows by what they have in common, and keeps none of them: by instruction, or by whatever a key makes of an overflow.</summary>
/// <typeparam name="TKey">What is counted by.</typeparam>
public sealed class HistogramFormat<TKey> : ISamplingFormat
    where TKey : notnull
{
    private readonly KeyOf _key;
    private readonly int _most;
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, ulong> _counts = [];
    private ulong _others;

    /// <param name="key">What an overflow is counted by.</param>
    /// <param name="most">How many keys are kept. Overflows of any more are counted together, in <see cref="Others"/>.</param>
    public HistogramFormat(KeyOf key, int most = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegative(most);
        _key = key;
        _most = most;
    }

    /// <summary>What an overflow is counted by.</summary>
    public delegate TKey KeyOf(in OverflowSample sample);

    /// <inheritdoc/>
    public int WakeupEvents => 0;

    /// <summary>Overflows with keys for which there was no room.</summary>
    public ulong Others
    {
        get
        {
            lock (_gate)
            {
                return _others;
            }
        }
    }

    /// <summary>The overflows so far, by key, the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<TKey, ulong>> Counts
    {
        get
        {
            lock (_gate)
            {
                return [.. _counts.OrderByDescending(pair => pair.Value)];
            }
        }
    }

    /// <inheritdoc/>
    public OverflowActions Handle(in OverflowSample sample)
    {
        var key = _key(sample);
        lock (_gate)
        {
            if (_counts.Count < _most || _counts.ContainsKey(key))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _)++;
            }
            else
            {
                _others++;
            }
        }

        return OverflowActions.Reset;
    }

    /// <inheritdoc/>
    public void Restart()
    {
        // It never asks for one.
    }
}
