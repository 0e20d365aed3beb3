using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Native;
using Perfmon.Registers;

namespace Perfmon.Session;

/// <summary>The events of one set by name, as registers: each is in the next free virtual PMCs, and counts in the PMD of the first of them.</summary>
internal sealed class EventProgram : IDisposable
{
    private readonly List<SafeNativeText> _texts = [];
    private readonly int[] _pmds;

    private EventProgram(IReadOnlyList<EventRequest> events)
    {
        Events = events;
        _pmds = new int[events.Count];
    }

    public IReadOnlyList<EventRequest> Events { get; }

    /// <summary>The PMD of each event, in increasing order.</summary>
    public ReadOnlySpan<int> Pmds => _pmds;

    /// <summary>Writes the events into the registers of a set, each PMD at 0 but for those that <paramref name="ending"/> gives attributes.</summary>
    /// <exception cref="PerfmonException">There are more events than registers, or one cannot be selected.</exception>
    public static EventProgram Write(
        SessionEngine engine,
        IPerfKernel kernel,
        IReadOnlyList<EventRequest> events,
        ushort set = 0,
        Func<int, (ulong Value, PmdAttributes? Attributes)>? ending = null)
    {
        var needed = events.Sum(request => VirtualModel.WordCount(Selection(request, 1)));
        if (needed > RegisterSpace.VirtualCount)
        {
            throw SessionErrors.TooManyEvents(needed);
        }

        var program = new EventProgram(events);
        var pmcs = new ulong[RegisterSpace.Count];
        var next = RegisterSpace.FirstVirtual;
        for (var i = 0; i < events.Count; i++)
        {
            var request = events[i];
            var address = 0UL;
            if (request.Text is { } text)
            {
                program._texts.Add(kernel.AllocateText(text.Value));
                address = program._texts[^1].Address;
            }

            var selection = Selection(request, address);
            if (!VirtualModel.TryEncode(next, selection, pmcs))
            {
                throw new PerfmonException(PerfmonReason.InvalidRequest, $"{request.Name} cannot be selected by a PMC: its PMU's type {selection.Type} needs more than 16 bits.");
            }

            program._pmds[i] = next;
            engine.Label(next, new CounterLabel(request.Name, request.Group, request.Cpus), set);
            next += VirtualModel.WordCount(selection);
        }

        var writes = Enumerable.Range(RegisterSpace.FirstVirtual, next - RegisterSpace.FirstVirtual).Select(pmc => new PmcWrite(set, pmc, pmcs[pmc]));
        engine.WritePmcs([.. writes], out _);
        engine.WritePmds(
            [.. program._pmds.Select((pmd, i) => ending?.Invoke(i) is ({ } value, var attributes) ? new PmdWrite(set, pmd, value, attributes) : new PmdWrite(set, pmd, 0))],
            out _);
        return program;
    }

    /// <summary>The texts whose addresses are in registers go.</summary>
    public void Dispose()
    {
        foreach (var text in _texts)
        {
            text.Dispose();
        }
    }

    private static EventSelection Selection(EventRequest request, ulong textAddress) =>
        request.Text is null ? request.Selection : request.Selection with { Config1 = textAddress };
}
