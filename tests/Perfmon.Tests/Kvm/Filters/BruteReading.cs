using Perfmon.Host;
using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>
/// The rules of struct kvm_pmu_event_filter once more, read straight off the bytes, a bit at a time, with nothing in common with the library: what each event's
/// decision is. All events of a vendor are bits, select by select: event number select * 256 + umask is bit number % 64 of word number / 64.
/// </summary>
internal static class BruteReading
{
    public static int Selects(CpuVendor vendor) => vendor == CpuVendor.Intel ? 256 : 4096;

    /// <summary>Of every event, whether it is allowed.</summary>
    public static ulong[] Decisions(byte[] bytes, CpuVendor vendor)
    {
        var included = new ulong[Selects(vendor) * 256 / 64];
        var excluded = new ulong[included.Length];
        for (var entry = 0; entry < Count(bytes); entry++)
        {
            if (!IsPossible(bytes, entry, vendor))
            {
                continue;
            }

            var list = IsMasked(bytes) && Bit(bytes, entry, 55) ? excluded : included;
            var first = Select(bytes, entry) * 256;
            for (var umask = 0; umask < 256; umask++)
            {
                if (Matches(bytes, entry, umask))
                {
                    Set(list, first + umask);
                }
            }
        }

        for (var word = 0; word < included.Length; word++)
        {
            included[word] &= ~excluded[word];
            included[word] ^= IsAllow(bytes) ? 0 : ulong.MaxValue;
        }

        return included;
    }

    public static bool IsSet(ulong[] events, int number) => (events[number / 64] >> (number % 64) & 1) == 1;

    public static void Set(ulong[] events, int number) => events[number / 64] |= 1UL << (number % 64);

    /// <summary>Whether one event is allowed.</summary>
    public static bool Decision(byte[] bytes, GuestEvent guestEvent, CpuVendor vendor)
    {
        var (isIncluded, isExcluded) = (false, false);
        for (var entry = 0; entry < Count(bytes); entry++)
        {
            if (IsPossible(bytes, entry, vendor) && Select(bytes, entry) == guestEvent.Select && Matches(bytes, entry, guestEvent.Umask))
            {
                var excludes = IsMasked(bytes) && Bit(bytes, entry, 55);
                isIncluded |= !excludes;
                isExcluded |= excludes;
            }
        }

        return IsAllow(bytes) ? isIncluded && !isExcluded : !isIncluded || isExcluded;
    }

    /// <summary>Of every fixed counter, whether it is allowed: bit n is counter n.</summary>
    public static ulong FixedDecisions(byte[] bytes)
    {
        ulong allowed = 0;
        for (var counter = 0; counter < 32; counter++)
        {
            var isListed = (bytes[8 + (counter / 8)] & 1 << (counter % 8)) != 0;
            allowed |= isListed == IsAllow(bytes) ? 1UL << counter : 0;
        }

        return allowed;
    }

    public static GuestEvent Event(int number) => GuestEvent.Programmable((ushort)(number / 256), (byte)number);

    private static bool IsAllow(byte[] bytes) => bytes[0] == 0;

    private static bool IsMasked(byte[] bytes) => bytes[12] == 1;

    private static int Count(byte[] bytes) => bytes[4] | bytes[5] << 8;

    private static bool Bit(byte[] bytes, int entry, int number) => (bytes[32 + (8 * entry) + (number / 8)] >> (number % 8) & 1) == 1;

    private static int Select(byte[] bytes, int entry)
    {
        var select = 0;
        for (var bit = 0; bit < 12; bit++)
        {
            select |= Bit(bytes, entry, bit < 8 ? bit : 32 + bit - 8) ? 1 << bit : 0;
        }

        return select;
    }

    private static bool Matches(byte[] bytes, int entry, int umask)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            var isLookedAt = !IsMasked(bytes) || Bit(bytes, entry, 56 + bit);
            if ((isLookedAt && (umask >> bit & 1) == 1) != Bit(bytes, entry, 8 + bit))
            {
                return false;
            }
        }

        return true;
    }

    // A raw entry with another bit is dropped. A masked one would be refused: no filter in these tests has one.
    private static bool IsPossible(byte[] bytes, int entry, CpuVendor vendor)
    {
        for (var number = 16; number < 64; number++)
        {
            var isSelect = number is >= 32 and < 36 && vendor != CpuVendor.Intel;
            if (Bit(bytes, entry, number) && !isSelect && !(IsMasked(bytes) && number >= 55))
            {
                return false;
            }
        }

        return true;
    }
}
