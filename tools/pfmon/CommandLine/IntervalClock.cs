using System.Diagnostics;

namespace Perfmon.Tool.CommandLine;

/// <summary>
/// Tells the ends of intervals: multiples of a length since <paramref name="clock"/> began, so that lateness does not add up. One that
/// was missed is left out, and the next is on time again. None is early.
/// </summary>
internal sealed class IntervalClock(Stopwatch clock, TimeSpan length)
{
    /// <summary>Waits for the first end of an interval after <paramref name="last"/>, when the last reading was; false if <paramref name="end"/> is done before.</summary>
    public async Task<bool> WaitAsync(TimeSpan last, Task end)
    {
        var due = length * (last.Ticks / length.Ticks + 1);
        while (!end.IsCompleted)
        {
            var left = due - clock.Elapsed;
            if (left <= TimeSpan.Zero)
            {
                return true;
            }

            // Timers count whole milliseconds of a clock that ticks now and then, so they may fire before their time.
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)))).ConfigureAwait(false);
        }

        return false;
    }
}
