using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>How a VMM offers the paravirtual PMU. All vCPUs of a machine are given the same, and so is the machine that a state is moved to.</summary>
public sealed record ParavirtualPmuOptions
{
    /// <summary>The defaults: eight counters of 48 bits, <see cref="ParavirtualEvents.DefaultHostEvents"/>, no raw events, no interrupt.</summary>
    public static ParavirtualPmuOptions Default { get; } = new();

    /// <summary>How many counters there are, 1 to <see cref="ParavirtualRegisters.MostCounters"/>. A guest can make the host open no more events than that for a vCPU.</summary>
    public int Counters { get; init; } = 8;

    /// <summary>Bits of a counter, <see cref="ParavirtualRegisters.LeastWidth"/> to <see cref="ParavirtualRegisters.MostWidth"/>.</summary>
    public int Width { get; init; } = 48;

    /// <summary>
    /// The events of class 1, by number: each is one event as <c>pfmon stat -e</c> names it, counted on the vCPU's thread, where VMM and guest both run. At most 4096.
    /// </summary>
    public IReadOnlyList<string> HostEvents { get; init; } = ParavirtualEvents.DefaultHostEvents;

    /// <summary>Whether a guest may count the events of class 0: they tell much of the hardware, and are denied where a host does not want that.</summary>
    public bool PermitsGenericEvents { get; init; } = true;

    /// <summary>
    /// Which raw events, those of class 2, a guest may count; null: none. <see cref="PmuEventFilter.AllowingEverything"/> is all. It decides of no other class, and its fixed
    /// counters of nothing.
    /// </summary>
    public PmuEventFilter? RawEvents { get; init; }

    /// <summary>
    /// Called soon after a counter with NOTIFY has overflowed, by a thread of the pool: to raise the interrupt of <see cref="ParavirtualPmu.NotifyVector"/>. Overflows
    /// that come close together may be told once. Null where the VMM raises none, which CAPABILITIES tells the guest.
    /// </summary>
    public Action<ParavirtualPmu>? Overflowed { get; init; }
}
