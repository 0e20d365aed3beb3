using Perfmon.Diagnostics;
using Perfmon.Events;

namespace Perfmon.Sets;

/// <summary>When an event set gives way to the next: perfmon's set flags.</summary>
public abstract record SetSwitch
{
    private SetSwitch()
    {
    }

    /// <summary>The shortest turn: a switch takes some ten microseconds, and shorter turns would leave a CPU to little else.</summary>
    public static TimeSpan Shortest => TimeSpan.FromMicroseconds(100);

    /// <summary>After 10 milliseconds.</summary>
    public static SetSwitch Default { get; } = After(TimeSpan.FromMilliseconds(10));

    /// <summary>It never does (neither flag).</summary>
    public static SetSwitch Never { get; } = new NeverSwitch();

    /// <summary>After a time: on a thread of its CPU time, on several threads of that of all together, on CPUs of the wall clock (<c>PFM_SETFL_TIME_SWITCH</c>).</summary>
    /// <exception cref="PerfmonException">The time is below <see cref="Shortest"/>.</exception>
    public static SetSwitch After(TimeSpan activeTime) => activeTime >= Shortest
        ? new TimeSwitch(activeTime)
        : throw SetErrors.TurnTooShort(activeTime);

    /// <summary>
    /// After <paramref name="count"/> overflows of an event that overflows every <paramref name="period"/> events (<c>PFM_SETFL_OVFL_SWITCH</c>,
    /// <c>reg_ovfl_swcnt</c>). The event joins every set that does not have it. On one thread or CPU a turn has exactly that many events; on several it
    /// ends soon after.
    /// </summary>
    /// <exception cref="PerfmonException">The event is not one, or a number is 0 or beyond 2⁶³ together.</exception>
    public static SetSwitch OnOverflow(EventRequest trigger, ulong period, ulong count = 1)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        return period > 0 && count > 0 && period <= long.MaxValue / count
            ? new OverflowSwitch(trigger, period, count)
            : throw SetErrors.WrongPeriod(period, count);
    }

    internal sealed record NeverSwitch : SetSwitch
    {
        public override string ToString() => "never";
    }

    internal sealed record TimeSwitch(TimeSpan ActiveTime) : SetSwitch
    {
        public override string ToString() => $"every {ActiveTime.TotalMilliseconds:0.###} ms";
    }

    internal sealed record OverflowSwitch(EventRequest Trigger, ulong Period, ulong Count) : SetSwitch
    {
        public override string ToString() => $"every {Count * Period:N0} {Trigger.Name}";
    }
}
