using System.Diagnostics;

namespace Perfmon.Sampling;

/// <summary>
/// Looks at the rings a little longer before the reader sleeps, while samples come in a flood: to be woken takes longer than a small ring lasts. A flood is when
/// the kernel woke the reader shortly after it had fallen asleep; where looking longer brought nothing, as it never does on the only CPU, it is left for a while, and each time for twice as long.
/// </summary>
internal struct FloodWatch
{
    // After looking in vain once, and at the most. Where the target waits for the reader's CPU it is always in vain.
    private const int FewestSleeps = 2;
    private const int MostSleeps = 256;

    // Longer than it takes a flood to fill a quarter of a page, and shorter than a wake-up on a busy machine.
    private static readonly long s_look = Stopwatch.Frequency / 20_000;
    private static readonly long s_shortSleep = Stopwatch.Frequency / 10_000;

    private long _asleepSince;
    private int _sleepsToSkip;
    private int _sleepsAfterVain;
    private bool _isFlood;

    /// <summary>Looks until a ring is full enough to be read, for 50 µs at most.</summary>
    /// <returns>Whether one is.</returns>
    public bool Look(SamplingSession session)
    {
        if (!_isFlood)
        {
            return false;
        }

        if (_sleepsToSkip > 0)
        {
            _sleepsToSkip--;
            return false;
        }

        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetTimestamp() - start < s_look;)
        {
            if (session.IsDue())
            {
                _sleepsAfterVain = FewestSleeps;
                return true;
            }

            Thread.SpinWait(20);
        }

        _sleepsToSkip = _sleepsAfterVain = Math.Clamp(2 * _sleepsAfterVain, FewestSleeps, MostSleeps);
        return false;
    }

    /// <summary>The reader falls asleep.</summary>
    public void Sleep() => _asleepSince = Stopwatch.GetTimestamp();

    /// <summary>The reader wakes up.</summary>
    /// <param name="byKernel">Whether the kernel woke it, not the time.</param>
    public void Wake(bool byKernel) => _isFlood = byKernel && Stopwatch.GetTimestamp() - _asleepSince < s_shortSleep;
}
