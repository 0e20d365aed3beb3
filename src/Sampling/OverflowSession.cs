using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;

namespace Perfmon.Sampling;

/// <summary>
/// A session on events by name that acts on their overflows as perfmon does: messages, values frozen as of the overflow until a restart, random periods, other
/// events sampled and reset along, and sampling formats. Of one thread or one CPU, where overflows have an order; to record whole processes use a <c>SamplingSession</c>.
/// </summary>
/// <example>
/// <code>
/// using var session = OverflowSession.Create(
///     [new OverflowEvent("page-faults") { Period = 100, Notifies = true }, new OverflowEvent("task-clock")]);
/// session.Attach(Target.CallingThread);
/// session.Start();
/// Work();
/// if (session.TryReadMessage(out var message))
/// {
///     Console.WriteLine($"{string.Join(", ", session.EventsOf(message))} overflowed at 0x{message.Ip:x}; until then {session.Count("task-clock"):N0} ns");
///     session.Restart();
/// }
/// </code>
/// </example>
public sealed class OverflowSession : EventSession
{
    private readonly EventProgram _program;
    private readonly Dictionary<string, int> _pmds;

    private OverflowSession(SessionEngine engine, EventProgram program, Dictionary<string, int> pmds)
        : base(engine, [program])
    {
        _program = program;
        _pmds = pmds;
    }

    /// <summary>The events, in the order they were given in.</summary>
    public IReadOnlyList<EventRequest> Events => _program.Events;

    /// <summary>What is asked at every overflow; null where there is no sampling format.</summary>
    public ISamplingFormat? Format => Engine.Format;

    /// <summary>What has become of the overflows so far: how many, masked, late, lost.</summary>
    public OverflowStatistics Overflows => Engine.Overflows;

    /// <summary>A session for these events.</summary>
    /// <param name="events">The events; each name is there once.</param>
    /// <param name="format">What is asked at every overflow of an event with a period; null: nothing.</param>
    /// <exception cref="PerfmonException">A name is wrong, there twice, or not among the events that are sampled or reset.</exception>
    public static OverflowSession Create(IReadOnlyList<OverflowEvent> events, ISamplingFormat? format = null) =>
        Create(events, format, LinuxKernel.Instance, HostDescription.Current);

    internal static OverflowSession Create(IReadOnlyList<OverflowEvent> events, ISamplingFormat? format, IPerfKernel kernel, HostDescription host)
    {
        ArgumentNullException.ThrowIfNull(events);
        var requests = events.Select(one => EventParser.ParseOrThrow(one.Name, host) is [var only] ? only : throw OverflowErrors.OneEvent(one.Name)).ToList();
        var pmds = new Dictionary<string, int>();
        var next = RegisterSpace.FirstVirtual;
        foreach (var (one, request) in events.Zip(requests))
        {
            if (!pmds.TryAdd(one.Name, next))
            {
                throw OverflowErrors.SameName(one.Name);
            }

            next += VirtualModel.WordCount(request.Text is null ? request.Selection : request.Selection with { Config1 = 1 });
        }

        if (next > RegisterSpace.Count)
        {
            throw SessionErrors.TooManyEvents(next - RegisterSpace.FirstVirtual);
        }

        var options = new SessionOptions { Following = Following.Nothing, Scheduling = Scheduling.Together };
        var engine = new SessionEngine(kernel, host, HardwareModels.Map(host, kernel), SessionKinds.Any, options, format: format);
        var program = EventProgram.Write(engine, kernel, requests, ending: index => (unchecked(0 - events[index].Period), Attributes(events[index], pmds)));
        return new OverflowSession(engine, program, pmds);
    }

    /// <summary>
    /// Goes on after a message: events that overflowed when counting was frozen go on with <see cref="OverflowEvent.PeriodAfterRestart"/>, and a sampling format is told.
    /// </summary>
    /// <exception cref="PerfmonException">The session is not attached, or no message was sent since the last restart (EBUSY).</exception>
    public void Restart() => Engine.Restart();

    /// <summary>
    /// How often an event has happened since it began or was reset last. After an overflow that froze the counts it is the count as of the overflow; an event
    /// with a period stands at what came since its last overflow.
    /// </summary>
    /// <exception cref="PerfmonException">It is not among the session's events.</exception>
    public ulong Count(string name)
    {
        PmdRead[] read = [new(0, Pmd(name))];
        Engine.ReadPmds(read, out _);

        // From minus a period it counts to 0.
        return unchecked(read[0].Value - (read[0].Value > long.MaxValue ? read[0].LastValue : 0));
    }

    /// <summary>The PMD of an event, as messages and sampling formats name it.</summary>
    /// <exception cref="PerfmonException">It is not among the session's events.</exception>
    public int Pmd(string name) => _pmds.TryGetValue(name, out var pmd) ? pmd : throw OverflowErrors.NotInSession(name, _pmds.Keys);

    /// <summary>The events that overflowed, by name.</summary>
    public IReadOnlyList<string> EventsOf(SessionMessage message) => [.. _pmds.Where(pair => message.Pmds.Contains(pair.Value)).Select(pair => pair.Key)];

    private static PmdAttributes? Attributes(OverflowEvent one, Dictionary<string, int> pmds)
    {
        if (one.Period == 0)
        {
            return one is { Notifies: false, RandomMask: 0, PeriodAfterRestart: null, Sampled: [], Resets: [] } ? null : throw OverflowErrors.NoPeriod(one.Name);
        }

        return new PmdAttributes
        {
            ShortReset = unchecked(0 - one.Period),
            LongReset = unchecked(0 - (one.PeriodAfterRestart ?? one.Period)),
            IsRandom = one.RandomMask != 0,
            RandomMask = one.RandomMask,
            Notifies = one.Notifies,
            SampledPmds = Mask(one.Sampled, pmds),
            ResetPmds = Mask(one.Resets, pmds),
            SampleEventId = one.EventId,
        };
    }

    private static RegisterMask Mask(IEnumerable<string> names, Dictionary<string, int> pmds)
    {
        var mask = default(RegisterMask);
        foreach (var name in names)
        {
            mask.Add(pmds.TryGetValue(name, out var pmd) ? pmd : throw OverflowErrors.NotInSession(name, pmds.Keys));
        }

        return mask;
    }
}
