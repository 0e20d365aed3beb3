namespace Perfmon.Kvm.Paravirtual;

/// <summary>
/// The register map of the paravirtual PMU, version 1; <c>docs/paravirtual-pmu.md</c> tells what each bit means. The numbers lie above those that KVM has for itself
/// (0x4b564d00 to 0x4b564dff).
/// </summary>
public static class ParavirtualRegisters
{
    /// <summary>The first MSR number.</summary>
    public const uint First = 0x4b56_4e00;

    /// <summary>How many MSR numbers belong to the device. Those that hold no register are a #GP.</summary>
    public const uint Count = 0x100;

    /// <summary>The most counters that a PMU has.</summary>
    public const int MostCounters = 16;

    /// <summary>The narrowest and the widest counter, in bits.</summary>
    public const int LeastWidth = 32;

    /// <summary>The widest counter, in bits.</summary>
    public const int MostWidth = 62;

    internal const uint FirstCounter = 0x80;
    internal const uint CounterStride = 8;

    /// <summary>The version of the register map.</summary>
    public const ulong Version1 = 1;

    /// <summary>What IDENTITY reads: the bytes <c>PfmPvPmu</c>, the first in bits 7:0.</summary>
    public const ulong IdentityValue = 0x756d_5076_506d_6650;

    private const ulong Counters = (1UL << MostCounters) - 1;

    /// <summary>Says that this is the device.</summary>
    public static ParavirtualRegister Identity { get; } = new("IDENTITY", (uint)RegisterOffset.Identity, RegisterAccess.ReadOnly, 0, false);

    /// <summary>The version of the register map.</summary>
    public static ParavirtualRegister Version { get; } = new("VERSION", (uint)RegisterOffset.Version, RegisterAccess.ReadOnly, 0, false);

    /// <summary>How many counters there are, how wide, and what is offered.</summary>
    public static ParavirtualRegister Capabilities { get; } = new("CAPABILITIES", (uint)RegisterOffset.Capabilities, RegisterAccess.ReadOnly, 0, false);

    /// <summary>How often the device was moved to another machine.</summary>
    public static ParavirtualRegister Generation { get; } = new("GENERATION", (uint)RegisterOffset.Generation, RegisterAccess.ReadOnly, 0, false);

    /// <summary>The generic events that count on this host.</summary>
    public static ParavirtualRegister GenericEvents { get; } = new("GENERIC_EVENTS", (uint)RegisterOffset.GenericEvents, RegisterAccess.ReadOnly, 0, false);

    /// <summary>The events of the VMM's table that count on this host.</summary>
    public static ParavirtualRegister HostEvents { get; } = new("HOST_EVENTS", (uint)RegisterOffset.HostEvents, RegisterAccess.ReadOnly, 0, false);

    /// <summary>Starts and stops all counters at once.</summary>
    public static ParavirtualRegister GlobalControl { get; } =
        new("GLOBAL_CONTROL", (uint)RegisterOffset.GlobalControl, RegisterAccess.ReadWrite, GlobalControlBits.Enable | GlobalControlBits.FreezeOnNotify, false);

    /// <summary>Whether the counters run, or are frozen.</summary>
    public static ParavirtualRegister GlobalStatus { get; } = new("GLOBAL_STATUS", (uint)RegisterOffset.GlobalStatus, RegisterAccess.ReadOnly, 0, false);

    /// <summary>Which counters have overflowed.</summary>
    public static ParavirtualRegister OverflowStatus { get; } = new("OVERFLOW_STATUS", (uint)RegisterOffset.OverflowStatus, RegisterAccess.ReadOnly, 0, false);

    /// <summary>Clears the bits of OVERFLOW_STATUS that are written as 1.</summary>
    public static ParavirtualRegister OverflowClear { get; } = new("OVERFLOW_CLEAR", (uint)RegisterOffset.OverflowClear, RegisterAccess.WriteOnly, Counters | OverflowBits.Frozen, false);

    /// <summary>Sets the bits of OVERFLOW_STATUS that are written as 1.</summary>
    public static ParavirtualRegister OverflowSet { get; } = new("OVERFLOW_SET", (uint)RegisterOffset.OverflowSet, RegisterAccess.WriteOnly, Counters | OverflowBits.Frozen, false);

    /// <summary>The interrupt vector that tells of overflows.</summary>
    public static ParavirtualRegister NotifyVector { get; } = new("NOTIFY_VECTOR", (uint)RegisterOffset.NotifyVector, RegisterAccess.ReadWrite, 0xff, false);

    /// <summary>What a counter counts, and whether.</summary>
    public static ParavirtualRegister Control { get; } = new("CONTROL", (uint)RegisterOffset.Control, RegisterAccess.ReadWrite, CounterControl.Valid, true);

    /// <summary>A counter's value.</summary>
    public static ParavirtualRegister Value { get; } = new("VALUE", (uint)RegisterOffset.Value, RegisterAccess.ReadWrite, (1UL << MostWidth) - 1, true);

    /// <summary>Whether the host counts for a counter, and why not.</summary>
    public static ParavirtualRegister Status { get; } = new("STATUS", (uint)RegisterOffset.Status, RegisterAccess.ReadOnly, 0, true);

    /// <summary>How long the counter was to count, in nanoseconds.</summary>
    public static ParavirtualRegister TimeEnabled { get; } = new("TIME_ENABLED", (uint)RegisterOffset.TimeEnabled, RegisterAccess.ReadOnly, 0, true);

    /// <summary>How long it really did.</summary>
    public static ParavirtualRegister TimeRunning { get; } = new("TIME_RUNNING", (uint)RegisterOffset.TimeRunning, RegisterAccess.ReadOnly, 0, true);

    /// <summary>All registers, in the order of their numbers.</summary>
    public static IReadOnlyList<ParavirtualRegister> All { get; } =
    [
        Identity, Version, Capabilities, Generation, GenericEvents, HostEvents,
        GlobalControl, GlobalStatus, OverflowStatus, OverflowClear, OverflowSet, NotifyVector,
        Control, Value, Status, TimeEnabled, TimeRunning,
    ];

    private static readonly ParavirtualRegister?[] s_byOffset = Place();

    /// <summary>The register at an MSR number, and the counter it belongs to; null where there is none on a PMU of so many counters.</summary>
    public static ParavirtualRegister? At(uint msr, int counters, out int counter)
    {
        var offset = msr - First;
        counter = 0;
        if (offset >= Count)
        {
            return null;
        }

        if (offset < FirstCounter)
        {
            return s_byOffset[offset];
        }

        counter = (int)((offset - FirstCounter) / CounterStride);
        return counter < counters ? s_byOffset[FirstCounter + (offset % CounterStride)] : null;
    }

    private static ParavirtualRegister?[] Place()
    {
        var places = new ParavirtualRegister?[FirstCounter + CounterStride];
        foreach (var register in All)
        {
            places[register.Offset] = register;
        }

        return places;
    }
}
