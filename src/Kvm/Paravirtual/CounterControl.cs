namespace Perfmon.Kvm.Paravirtual;

/// <summary>
/// A counter's CONTROL register.
/// <code>
/// 11:0  CODE    event number; a raw event's select      25     KERNEL  count in the guest's kernel mode
/// 19:12 UMASK   a raw event's umask, otherwise 0        26     NOTIFY  tell of overflows
/// 23:20 CLASS   0 generic, 1 host, 2 raw                30:27  0
/// 24    USER    count in the guest's user mode          31     ENABLE
///                                                       63:32  0
/// </code>
/// </summary>
/// <param name="Bits">The register.</param>
public readonly record struct CounterControl(ulong Bits)
{
    internal const ulong Valid = 0x87ff_ffff;

    private const int UmaskShift = 12;
    private const int ClassShift = 20;
    private const ulong UserBit = 1 << 24;
    private const ulong KernelBit = 1 << 25;
    private const ulong NotifyBit = 1 << 26;
    private const ulong EnableBit = 1UL << 31;

    // What chooses the host's event.
    private const ulong Choice = UserBit | KernelBit | (UserBit - 1);

    /// <summary>The event's number, or a raw event's select: 0 to 4095.</summary>
    public ushort Code => (ushort)(Bits & 0xfff);

    /// <summary>A raw event's umask.</summary>
    public byte Umask => (byte)(Bits >> UmaskShift);

    /// <summary>How the code is meant.</summary>
    public EventClass Class => (EventClass)(Bits >> ClassShift & 0xf);

    /// <summary>Whether the guest's user mode counts; for classes 0 and 2.</summary>
    public bool CountsUser => (Bits & UserBit) != 0;

    /// <summary>Whether the guest's kernel mode counts; for classes 0 and 2.</summary>
    public bool CountsKernel => (Bits & KernelBit) != 0;

    /// <summary>Whether an overflow is told at once.</summary>
    public bool Notifies => (Bits & NotifyBit) != 0;

    /// <summary>Whether the counter counts while the PMU does.</summary>
    public bool IsEnabled => (Bits & EnableBit) != 0;

    /// <summary>
    /// Whether a guest may write it. That depends on the version of the register map alone, never on the host, so that every state of one host can be loaded on another.
    /// </summary>
    public bool IsValid => (Bits & ~Valid) == 0 && Class switch
    {
        EventClass.Generic => Umask == 0,
        EventClass.Host => Umask == 0 && !CountsUser && !CountsKernel,
        EventClass.Raw => true,
        _ => false,
    };

    /// <summary>A generic event, enabled, in the modes given.</summary>
    public static CounterControl Generic(GenericEvent what, bool user = true, bool kernel = true) =>
        new(EnableBit | Modes(user, kernel) | (ulong)what);

    /// <summary>Event <paramref name="number"/> of the VMM's table, enabled.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 0 to 4095.</exception>
    public static CounterControl Host(int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)number, 0xfffu, nameof(number));
        return new(EnableBit | ((ulong)EventClass.Host << ClassShift) | (uint)number);
    }

    /// <summary>The CPU's own event, enabled, in the modes given.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The select is not 0 to 4095.</exception>
    public static CounterControl Raw(int select, byte umask, bool user = true, bool kernel = true)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)select, 0xfffu, nameof(select));
        return new(EnableBit | Modes(user, kernel) | ((ulong)EventClass.Raw << ClassShift) | ((ulong)umask << UmaskShift) | (uint)select);
    }

    /// <summary>The same with NOTIFY set.</summary>
    public CounterControl WithNotify() => new(Bits | NotifyBit);

    /// <summary>Whether the two select the same event in the same modes.</summary>
    internal bool ChoosesAs(CounterControl other) => ((Bits ^ other.Bits) & Choice) == 0;

    private static ulong Modes(bool user, bool kernel) => (user ? UserBit : 0) | (kernel ? KernelBit : 0);
}
