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
        Create(kernel, turn, slices, new SetSwitcher(kernel, new RoundRobin(), beforeOthers: true, tellsTime: false), sets);

    /// <summary>A session whose sets take turns as <paramref name="driver"/> has them do it.</summary>
    public static SessionEngine Create(IPerfKernel kernel, ulong turn, ISliceSink? slices, ISetDriver driver, params IReadOnlyList<string> sets)
    {
        var session = new SessionEngine(kernel, HostDescription.Current, new RegisterMap(), SessionKinds.Any, SessionOptions.Default, driver, slices);
        for (ushort id = 0; id < sets.Count; id++)
        {
            session.CreateSet(id, new SetSwitching(SwitchCause.Time, turn));
            using var program = EventProgram.Write(session, kernel, EventParser.ParseOrThrow(sets[id], HostDescription.Current), id);
        }

        return session;
    }
}
