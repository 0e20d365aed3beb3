using System.Diagnostics;
using Perfmon.Kvm.Guests;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Kvm.Guests;

/// <summary>Reads a guest's session at the end of each interval since its start. The intervals add up to the whole.</summary>
internal sealed class GuestIntervalReader(GuestSession session, TimeSpan interval, Action<GuestStatResult> onInterval)
{
    private GuestReading _before = session.Read();
    private TimeSpan _began;

    /// <summary>Reads until <paramref name="end"/> is done.</summary>
    public async Task RunAsync(Stopwatch clock, Task end)
    {
        var intervals = new IntervalClock(clock, interval);
        while (await intervals.WaitAsync(_began, end).ConfigureAwait(false))
        {
            var now = clock.Elapsed;
            Report(session.Read(), now);
        }
    }

    /// <summary>Reports what came after the last whole interval.</summary>
    public void Finish(GuestReading whole, TimeSpan elapsed) => Report(whole, elapsed);

    private void Report(GuestReading now, TimeSpan at)
    {
        onInterval(new GuestStatResult(session.Machine!, at, at - _began, now.Since(_before)));
        (_before, _began) = (now, at);
    }
}
