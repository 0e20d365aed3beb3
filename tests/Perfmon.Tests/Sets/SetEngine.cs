using Perfmon.Events;
using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Sets;

namespace Perfmon.Tests.Sets;

/// <summary>Sessions of event sets without a face: tests hold their locks and see their slices.</summary>
internal static class SetEngine
{
    /// <summary>A session whose sets take turns of <paramref name="turn"/> nanoseconds as the library has them do it.</summary>
    public static SessionEngine Create(IPerfKernel kernel, ulong turn, ISliceSink? slices, params IReadOnlyList<string> sets) =>
        Create(kernel, turn, slices, Switcher(kernel), sets);

    /// <summary>A session whose sets are all of one event, and give way after <paramref name="count"/> of it.</summary>
    public static SessionEngine CreateOfOverflows(IPerfKernel kernel, ulong count, ISliceSink? slices, string name, int sets)
    {
        var session = Empty(kernel, Switcher(kernel), slices);
        var first = unchecked(0 - count);
        var attributes = new PmdAttributes { ShortReset = first, LongReset = first, OverflowSwitchCount = 1 };
        for (ushort id = 0; id < sets; id++)
        {
            session.CreateSet(id, new SetSwitching(SwitchCause.Overflow, 0));
            using var program = EventProgram.Write(session, kernel, EventParser.ParseOrThrow(name, HostDescription.Current), id, _ => (first, attributes));
        }

        return session;
    }

    /// <summary>A session whose sets take turns as <paramref name="driver"/> has them do it.</summary>
    public static SessionEngine Create(IPerfKernel kernel, ulong turn, ISliceSink? slices, ISetDriver driver, params IReadOnlyList<string> sets)
    {
        var session = Empty(kernel, driver, slices);
        for (ushort id = 0; id < sets.Count; id++)
        {
            session.CreateSet(id, new SetSwitching(SwitchCause.Time, turn));
            using var program = EventProgram.Write(session, kernel, EventParser.ParseOrThrow(sets[id], HostDescription.Current), id);
        }

        return session;
    }

    private static SessionEngine Empty(IPerfKernel kernel, ISetDriver driver, ISliceSink? slices) =>
        new(kernel, HostDescription.Current, new RegisterMap(), SessionKinds.Any, SessionOptions.Default, driver, slices);

    private static SetSwitcher Switcher(IPerfKernel kernel) => new(kernel, new RoundRobin(), beforeOthers: true, tellsTime: false);
}
