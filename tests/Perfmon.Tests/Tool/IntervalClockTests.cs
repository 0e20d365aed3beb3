using System.Diagnostics;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tests.Tool;

/// <summary>When the ends of intervals are told.</summary>
public sealed class IntervalClockTests
{
    private static readonly TimeSpan s_length = TimeSpan.FromMilliseconds(3);

    [Fact]
    public async Task No_end_of_an_interval_is_told_early_or_twice()
    {
        var clock = Stopwatch.StartNew();
        var intervals = new IntervalClock(clock, s_length);
        var last = TimeSpan.Zero;
        for (var i = 0; i < 200; i++)
        {
            Assert.True(await intervals.WaitAsync(last, Task.Delay(Timeout.Infinite)));
            var now = clock.Elapsed;
            Assert.True(now.Ticks / s_length.Ticks > last.Ticks / s_length.Ticks, $"Reading {i}: {now} after {last}.");
            last = now;
        }
    }

    [Fact]
    public async Task What_was_missed_is_told_at_once_and_the_end_ends_it()
    {
        var clock = Stopwatch.StartNew();
        var intervals = new IntervalClock(clock, TimeSpan.FromMinutes(1));
        Assert.False(await intervals.WaitAsync(TimeSpan.Zero, Task.CompletedTask));

        var end = new TaskCompletionSource();
        var waiting = intervals.WaitAsync(TimeSpan.FromMinutes(2), end.Task);
        Assert.True(await intervals.WaitAsync(TimeSpan.FromMinutes(-3), end.Task));
        Assert.False(waiting.IsCompleted);
        end.SetResult();
        Assert.False(await waiting);
    }
}
