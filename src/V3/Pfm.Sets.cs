using System.Runtime.InteropServices;
using Perfmon.Session;
using Perfmon.Sets;

namespace Perfmon.V3;

// Event sets.
public static partial class Pfm
{
    private static readonly ulong s_shortestTimeout = (ulong)SetSwitch.Shortest.TotalNanoseconds;

    /// <summary><c>pfm_control_sets</c>: creates, asks for or deletes a vector of sets, as bytes of the structure that <paramref name="action"/> takes.</summary>
    /// <param name="session">The descriptor.</param>
    /// <param name="action">Exactly one action.</param>
    /// <param name="vector">Elements of <see cref="PfargSetDesc"/>; with <see cref="PfmSetControl.Info"/> of <see cref="PfargSetInfo"/>.</param>
    public static PfmResult ControlSets(int session, PfmSetControl action, Span<byte> vector) => action switch
    {
        PfmSetControl.Create or PfmSetControl.Delete when IsVector<PfargSetDesc>(vector) =>
            ControlSets(session, action, MemoryMarshal.Cast<byte, PfargSetDesc>(vector)),
        PfmSetControl.Info when IsVector<PfargSetInfo>(vector) => ReadSets(session, MemoryMarshal.Cast<byte, PfargSetInfo>(vector)),
        _ => Fail(PfmErrors.NotAVector(action, vector.Length)),
    };

    /// <summary><c>pfm_control_sets</c>: creates or deletes sets. The session is not attached.</summary>
    /// <param name="session">The descriptor.</param>
    /// <param name="action">Create, which changes sets that exist, or delete, which looks at the ids only.</param>
    /// <param name="vector">The sets.</param>
    public static PfmResult ControlSets(int session, PfmSetControl action, ReadOnlySpan<PfargSetDesc> vector)
    {
        if (vector.IsEmpty || action is not (PfmSetControl.Create or PfmSetControl.Delete))
        {
            return Fail(PfmErrors.NotAVector(action, vector.Length));
        }

        return Call(vector, (ReadOnlySpan<PfargSetDesc> elements, out int applied) =>
        {
            applied = 0;
            var engine = Find(session);
            foreach (ref readonly var element in elements)
            {
                if (action == PfmSetControl.Delete)
                {
                    engine.DeleteSet(element.Id);
                }
                else
                {
                    engine.CreateSet(element.Id, Switching(element));
                }

                applied++;
            }
        });
    }

    /// <summary><c>pfm_control_sets</c> with INFO: fills in what sets have done so far.</summary>
    public static PfmResult ReadSets(int session, Span<PfargSetInfo> vector)
    {
        if (vector.IsEmpty)
        {
            return Fail(PfmErrors.NotAVector(PfmSetControl.Info, 0));
        }

        return Call(vector, (Span<PfargSetInfo> elements, out int applied) =>
        {
            applied = 0;
            var engine = Find(session);
            foreach (ref var element in elements)
            {
                var statistics = engine.Statistics(element.Id);
                element = new PfargSetInfo
                {
                    Id = element.Id,
                    OverflowPmds = statistics.OverflowedPmds,
                    Runs = statistics.Runs,
                    Timeout = statistics.TimeLeft,
                    Duration = statistics.ActiveTime,
                };
                applied++;
            }
        });
    }

    private static SetSwitching Switching(in PfargSetDesc element) => element.Flags switch
    {
        PfmSetFlags.None => SetSwitching.Never,
        PfmSetFlags.TimeSwitch when element.Timeout == 0 => throw PfmErrors.NoTimeout(element.Id),
        PfmSetFlags.TimeSwitch when element.Timeout < s_shortestTimeout => throw PfmErrors.TimeoutTooShort(element.Id, s_shortestTimeout),
        PfmSetFlags.TimeSwitch when element.Timeout > long.MaxValue => throw PfmErrors.TimeoutTooLong(element.Id),
        PfmSetFlags.TimeSwitch => new SetSwitching(SwitchCause.Time, element.Timeout),
        PfmSetFlags.OverflowSwitch => new SetSwitching(SwitchCause.Overflow, 0),
        PfmSetFlags.TimeSwitch | PfmSetFlags.OverflowSwitch => throw PfmErrors.TwoCauses(element.Id),
        _ => throw PfmErrors.UnknownSetFlags(element.Id, element.Flags),
    };
}
