using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Forms;

/// <summary>Filters by chance: the same for the same seed.</summary>
internal static class RandomFilters
{
    public static PmuEventFilter X86(int seed)
    {
        var random = new Random(seed);
        var count = random.Next(10) switch { 0 => 0, 1 => random.Next(PmuEventFilter.MostEvents + 1), _ => random.Next(1, 8) };
        var isMasked = random.Next(2) == 0;
        var events = Enumerable.Range(0, count).Select(_ => isMasked ? Masked(random) : Raw(random)).ToList();
        var fixedCounters = random.Next(3) switch { 0 => 0u, 1 => (uint)random.Next(8), _ => (uint)random.NextInt64(1L << 32) };
        return PmuEventFilter.Create(Action(random), events, fixedCounters, keepDropped: true);
    }

    /// <summary>Ranges of which no one follows the one before it with the same action: forms without ranges could not tell those apart.</summary>
    public static ArmEventFilter Arm(int seed, int mostEvents)
    {
        var random = new Random(seed);
        var ranges = new List<ArmEventRange>();
        var left = mostEvents;
        for (var count = random.Next(1, 8); count > 0 && left > 0; count--)
        {
            var first = random.Next(ushort.MaxValue);
            var length = Math.Min(random.Next(1, left + 1), Math.Min(ushort.MaxValue, 0x10000 - first));
            var range = new ArmEventRange(Action(random), (ushort)first, (ushort)(first + length - 1));
            if (ranges is not [.., var last] || last.Last + 1 != range.First)
            {
                ranges.Add(range);
                left -= length;
            }
        }

        return ArmEventFilter.Create(ranges);
    }

    private static FilterAction Action(Random random) => (FilterAction)random.Next(2);

    private static MaskedEvent Masked(Random random) =>
        new((ushort)random.Next(0x1000), (byte)random.Next(256), random.Next(3) == 0 ? (byte)0xff : (byte)random.Next(256), random.Next(3) == 0);

    private static FilterEvent Raw(Random random) => random.Next(4) switch
    {
        0 => new RawEvent((ulong)random.NextInt64(long.MinValue, long.MaxValue)),
        1 => new RawEvent((ulong)random.Next(0x10000)),
        _ => new SelectUmaskEvent((ushort)random.Next(0x1000), (ushort)random.Next(256)),
    };
}
