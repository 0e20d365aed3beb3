using System.Diagnostics.CodeAnalysis;
using Perfmon.Diagnostics;
using Perfmon.Events;

namespace Perfmon.Kvm.Filters;

/// <summary>
/// What a guest asks its PMU to count, as far as filters look at it: <c>0xd0/0x81</c> (select and umask), <c>fixed:1</c>, or an Arm event's
/// number <c>0x11</c>. Edge, invert, counter mask and the modes are not looked at.
/// </summary>
public readonly record struct GuestEvent
{
    // Select, the fixed counter's number, or the Arm event's number.
    private readonly ushort _number;
    private readonly byte _umask;

    private GuestEvent(GuestEventKind kind, ushort number, byte umask = 0)
    {
        Kind = kind;
        _number = number;
        _umask = umask;
    }

    /// <summary>How many bits a filter's fixed counter bitmap has.</summary>
    public const int FixedCounterBits = 32;

    /// <summary>Which of the three it is.</summary>
    public GuestEventKind Kind { get; }

    /// <summary>The event select, up to 0xfff; 0 for the other kinds.</summary>
    public ushort Select => Kind == GuestEventKind.Programmable ? _number : (ushort)0;

    /// <summary>The umask; 0 for the other kinds.</summary>
    public byte Umask => _umask;

    /// <summary>The number of the fixed counter, 0 to 31; -1 for the other kinds.</summary>
    public int Counter => Kind == GuestEventKind.Fixed ? _number : -1;

    /// <summary>The number of the Arm event; -1 for the other kinds.</summary>
    public int Number => Kind == GuestEventKind.Arm ? _number : -1;

    /// <summary>An x86 event on a programmable counter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The select has more than 12 bits.</exception>
    public static GuestEvent Programmable(ushort select, byte umask)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(select, EntryBits.WidestSelect);
        return new GuestEvent(GuestEventKind.Programmable, select, umask);
    }

    /// <summary>An x86 fixed counter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not 0 to 31.</exception>
    public static GuestEvent Fixed(int counter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(counter);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(counter, FixedCounterBits);
        return new GuestEvent(GuestEventKind.Fixed, (ushort)counter);
    }

    /// <summary>An Arm event.</summary>
    public static GuestEvent Arm(ushort number) => new(GuestEventKind.Arm, number);

    /// <summary>The event that <paramref name="text"/> names.</summary>
    /// <exception cref="PerfmonException">The text names none; the message shows where it is wrong.</exception>
    public static GuestEvent Parse(string text) =>
        TryParse(text, out var guestEvent, out var error) ? guestEvent : throw new PerfmonException(error.Reason, error.ToString());

    /// <summary>The event that <paramref name="text"/> names, or where and why it names none.</summary>
    public static bool TryParse(string text, out GuestEvent guestEvent, [NotNullWhen(false)] out EventSyntaxError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        guestEvent = GuestEventReader.Read(text, out error);
        return error is null;
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        GuestEventKind.Programmable => $"{FilterWords.Hex(_number)}/{FilterWords.Hex(_umask)}",
        GuestEventKind.Fixed => $"fixed:{_number}",
        _ => FilterWords.Hex(_number),
    };
}
