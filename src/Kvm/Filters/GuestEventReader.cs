using System.Globalization;
using Perfmon.Events;

namespace Perfmon.Kvm.Filters;

/// <summary>Reads <c>SELECT/UMASK</c>, <c>fixed:N</c> and an Arm event's number.</summary>
internal static class GuestEventReader
{
    private const string FixedPrefix = "fixed:";

    public static GuestEvent Read(string text, out EventSyntaxError? error)
    {
        if (text.StartsWith(FixedPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return ReadFixed(text, out error);
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            return ReadHex(text, 0, text.Length, 0xffff, "an event number", out var number, out error) ? GuestEvent.Arm((ushort)number) : default;
        }

        return ReadHex(text, 0, slash, EntryBits.WidestSelect, "an event select", out var select, out error)
            && ReadHex(text, slash + 1, text.Length, 0xff, "a umask", out var umask, out error)
            ? GuestEvent.Programmable((ushort)select, (byte)umask)
            : default;
    }

    private static GuestEvent ReadFixed(string text, out EventSyntaxError? error)
    {
        var digits = text.AsSpan(FixedPrefix.Length);
        if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var counter) && counter < GuestEvent.FixedCounterBits)
        {
            error = null;
            return GuestEvent.Fixed(counter);
        }

        error = Wrong(text, FixedPrefix.Length, text.Length, $"a fixed counter has a number from 0 to {GuestEvent.FixedCounterBits - 1}");
        return default;
    }

    // Hexadecimal only, as PMU manuals have it: a number without 0x would mean one event to some, another to others.
    private static bool ReadHex(string text, int from, int to, int most, string what, out int number, out EventSyntaxError? error)
    {
        number = 0;
        var part = text.AsSpan(from, to - from);
        var prefixed = part.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var digits = prefixed ? part[2..] : part;
        var isNumber = digits.Length > 0 && digits.IndexOfAnyExcept(s_hexDigits) < 0;
        if (!prefixed || !isNumber)
        {
            var suggestion = isNumber ? $"{text.AsSpan(0, from)}0x{text.AsSpan(from)}" : null;
            error = Wrong(text, from, to, $"{what} is hexadecimal: 0x and digits", suggestion);
            return false;
        }

        var value = digits.TrimStart('0');
        if (value.Length > 4 || (value.Length > 0 && int.Parse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) > most))
        {
            error = Wrong(text, from, to, $"{what} is at most 0x{most:x}");
            return false;
        }

        number = value.Length == 0 ? 0 : int.Parse(value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        error = null;
        return true;
    }

    private static readonly System.Buffers.SearchValues<char> s_hexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private static EventSyntaxError Wrong(string text, int from, int to, string message, string? suggestion = null) =>
        new(text, message, from, Math.Max(1, to - from), suggestion);
}
