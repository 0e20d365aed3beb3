using System.Globalization;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms;
using Perfmon.Tool.CommandLine;

namespace Perfmon.Tool.Kvm.Filter;

/// <summary>The parts of a filter as <c>pfmon kvm filter build</c> takes them.</summary>
internal static class FilterParts
{
    private const string FixedPrefix = "fixed:";

    /// <summary>The parts of comma lists, in order.</summary>
    public static IReadOnlyList<string> Split(IEnumerable<string> lists) =>
        [.. lists.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    /// <summary>Whether the part is a range of Arm events, which nothing else looks like.</summary>
    public static bool IsRange(string part) => part.Contains('-', StringComparison.Ordinal) && char.IsAsciiDigit(part[0]);

    public static bool IsFixedCounter(string part) => part.StartsWith(FixedPrefix, StringComparison.Ordinal);

    /// <summary>The bitmap of fixed counters, as <c>0,1</c> and as <c>fixed:0</c>.</summary>
    public static uint FixedCounters(IEnumerable<string> parts) => parts.Aggregate(0u, (bitmap, part) => bitmap | 1u << FixedCounter(part));

    /// <summary><c>0xd0/0x81</c>, <c>0xd0/0x80:0xf0</c> (umask match and mask), a raw code <c>0x1000020c4</c>, or an architectural event's name.</summary>
    public static FilterEvent X86Event(string part, CpuVendor? vendor)
    {
        if (part.Contains('/', StringComparison.Ordinal))
        {
            return Match(part);
        }

        if (TryHex(part, ulong.MaxValue, out var code))
        {
            return new RawEvent(code);
        }

        var whose = vendor.OrThisMachines();
        return ArchitecturalEvents.Find(part, whose) is { } found ? new SelectUmaskEvent(found.Select, found.Umask) : throw Unknown(part, whose);
    }

    /// <summary><c>0x11</c>, <c>0x23-0x3a</c>, or a common event's name.</summary>
    public static ArmEventRange ArmRange(string part, FilterAction action)
    {
        if (ArchitecturalEvents.Find(part, CpuVendor.Arm) is { } found)
        {
            return new ArmEventRange(action, (ushort)found.Number, (ushort)found.Number);
        }

        var ends = part.Split('-');
        return ends.Length <= 2 && TryHex(ends[0], ushort.MaxValue, out var first) && TryHex(ends[^1], ushort.MaxValue, out var last)
            ? new ArmEventRange(action, (ushort)first, (ushort)last)
            : throw Unknown(part, CpuVendor.Arm);
    }

    private static FilterEvent Match(string part)
    {
        var colon = part.IndexOf(':', StringComparison.Ordinal);
        var plain = GuestEvent.Parse(colon < 0 ? part : part[..colon]);
        return colon < 0 ? new SelectUmaskEvent(plain.Select, plain.Umask)
            : TryHex(part[(colon + 1)..], byte.MaxValue, out var mask) ? new MaskedEvent(plain.Select, plain.Umask, (byte)mask)
            : throw ToolException.WrongUsage($"'{part}': a mask is hexadecimal, 0x and digits, and at most 0xff.\nWrite SELECT/MATCH:MASK, as in 0xd0/0x80:0xf0.");
    }

    private static bool TryHex(string text, ulong most, out ulong value)
    {
        value = 0;
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
            && value <= most;
    }

    private static int FixedCounter(string part)
    {
        var number = part.StartsWith(FixedPrefix, StringComparison.Ordinal) ? part[FixedPrefix.Length..] : part;
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var counter) && counter < GuestEvent.FixedCounterBits
            ? counter
            : throw ToolException.WrongUsage($"'{part}' is no fixed counter: they are numbered 0 to {GuestEvent.FixedCounterBits - 1}.");
    }

    private static ToolException Unknown(string part, CpuVendor vendor)
    {
        var names = ArchitecturalEvents.Names(vendor);
        var forms = vendor == CpuVendor.Arm
            ? "a number 0x11 or a range 0x23-0x3a"
            : "SELECT/UMASK (0xd0/0x81), SELECT/MATCH:MASK (0xd0/0x80:0xf0), a raw code (0x20c4) or fixed:N";
        return ToolException.WrongUsage(
            $"'{part}' is no event.\nAn event is {forms}{(names.Count == 0 ? "" : $", or one of {string.Join(", ", names)}")}.");
    }
}
