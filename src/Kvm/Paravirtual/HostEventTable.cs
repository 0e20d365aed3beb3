using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>The VMM's table of host events: each is an event of this host, or there is a reason why not.</summary>
internal sealed class HostEventTable
{
    private const int Most = 4096;

    private readonly (EventRequest? Event, PerfmonException? Why)[] _events;

    /// <exception cref="PerfmonException">A text is no event's name, or that of several.</exception>
    public HostEventTable(IReadOnlyList<string> names, HostDescription host)
    {
        if (names.Count > Most)
        {
            throw ParavirtualErrors.NotOneEvent(Most, names[Most], $"A table has at most {Most} events: a CODE has 12 bits.");
        }

        _events = [.. names.Select((name, number) => Read(name, number, host))];
    }

    public int Count => _events.Length;

    /// <summary>Event <paramref name="number"/>; null with the reason where the host has none.</summary>
    public EventRequest? Find(int number, out PerfmonException? why)
    {
        if (number >= _events.Length)
        {
            why = new PerfmonException(PerfmonReason.NotSupported, $"The guest selects host event {number}, and the VMM's table has {_events.Length}.");
            return null;
        }

        (var found, why) = _events[number];
        return found;
    }

    // A host that lacks an event is no mistake of the VMM's: the table is the same on all hosts.
    private static (EventRequest? Event, PerfmonException? Why) Read(string name, int number, HostDescription host)
    {
        var result = EventParser.Parse(name, host);
        if (!result.IsSuccess)
        {
            return result.Error.Reason == PerfmonReason.InvalidRequest
                ? throw ParavirtualErrors.NotOneEvent(number, name, result.Error.ToString())
                : (null, new PerfmonException(result.Error.Reason, result.Error.ToString()));
        }

        return result.Events is [var only]
            ? only.Futility is { } futility ? (null, new PerfmonException(PerfmonReason.NotSupported, futility)) : (only, null)
            : throw ParavirtualErrors.NotOneEvent(number, name, $"It stands for {result.Events.Count} events, and a number for one.");
    }
}
