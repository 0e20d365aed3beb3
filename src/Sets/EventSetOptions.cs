using Perfmon.Events;
using Perfmon.Session;
using Perfmon.Sets.Estimation;

namespace Perfmon.Sets;

/// <summary>How an <see cref="EventSetSession"/> counts; a value of its own for each question, all with a default.</summary>
public sealed record EventSetOptions
{
    /// <summary>The defaults.</summary>
    public static EventSetOptions Default { get; } = new();

    /// <summary>
    /// How its counters are opened. The events of a set always count together, and none is read from user space, whatever this says of it.
    /// </summary>
    public SessionOptions Session { get; init; } = SessionOptions.Default;

    /// <summary>When sets give way that do not say it themselves.</summary>
    public SetSwitch Switch { get; init; } = SetSwitch.Default;

    /// <summary>Which set is next.</summary>
    public SetOrder Order { get; init; } = SetOrder.RoundRobin;

    /// <summary>What makes totals of what was counted in turns.</summary>
    public EstimatorKind Estimator { get; init; } = EstimatorKinds.Default;

    /// <summary>
    /// An event that all sets have, which tells what went on while a set was not active: it joins those that do not have it. Null: the first one that all sets have
    /// anyway, if there is one that is no clock (<c>task-clock</c>, <c>cpu-clock</c>): without a reference, <c>reference-ratio</c> is <c>trapezoid</c>.
    /// </summary>
    public EventRequest? Reference { get; init; }

    /// <summary>
    /// How many slices are kept for <see cref="EventSetSession.TryReadSlice"/> until they are read; those beyond it are dropped and counted. 0, as it is unless asked for: none is kept.
    /// </summary>
    public int SliceCapacity { get; init; }

    /// <summary>
    /// Whether the threads that switch go before all ordinary ones (SCHED_FIFO, its lowest priority), where this process may (CAP_SYS_NICE). Without it
    /// switches come late on a busy machine; what is counted stays right.
    /// </summary>
    public bool SwitchesBeforeOthers { get; init; } = true;
}
