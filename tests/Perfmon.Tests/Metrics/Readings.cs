using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Session;

namespace Perfmon.Tests.Metrics;

/// <summary>Readings of events that nobody counted.</summary>
internal static class Readings
{
    /// <summary>The events of <paramref name="counts"/>, such as <c>cycles:u=10</c>, counted all the time; <c>~</c> before the number: half of it, <c>-</c>: never.</summary>
    public static Reading Of(HostDescription host, params ReadOnlySpan<string> counts)
    {
        var all = new List<EventCount>();
        foreach (var count in counts)
        {
            var at = count.LastIndexOf('=');
            var (name, text) = (count[..at], count[(at + 1)..]);
            var request = Assert.Single(EventParser.ParseOrThrow(name, host));
            all.Add(new EventCount(request, text == "-" ? new Count { TimeEnabled = 10 } : Count(text)));
        }

        return new Reading([.. all]);
    }

    private static Count Count(string text)
    {
        var isEstimated = text.StartsWith('~');
        var value = ulong.Parse(text.TrimStart('~'));
        return new Count
        {
            State = isEstimated ? CountState.Estimated : CountState.Counted,
            Value = value,
            Raw = isEstimated ? value / 2 : value,
            TimeEnabled = 10,
            TimeRunning = isEstimated ? 5UL : 10UL,
        };
    }
}
