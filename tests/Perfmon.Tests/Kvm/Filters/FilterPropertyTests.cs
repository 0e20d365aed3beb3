using System.Numerics;
using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>What holds of random filters, against the rules as <see cref="BruteReading"/> reads them off the bytes.</summary>
public sealed class FilterPropertyTests
{
    private static readonly CpuVendor[] s_vendors = [CpuVendor.Amd, CpuVendor.Intel];

    [Fact]
    public void Decisions_agree_with_the_bytes()
    {
        const int filters = 100_000;
        const int eventsOfEach = 4;
        for (var seed = 0; seed < filters; seed++)
        {
            var vendor = s_vendors[seed % 2];
            var random = new RandomFilters(seed);
            var filter = random.Filter(vendor, most: 40);
            var bytes = filter.ToBytes();
            for (var turn = 0; turn < eventsOfEach; turn++)
            {
                var guestEvent = random.Event(filter, vendor);
                var expected = guestEvent.Kind == GuestEventKind.Fixed
                    ? (BruteReading.FixedDecisions(bytes) >> guestEvent.Counter & 1) == 1
                    : BruteReading.Decision(bytes, guestEvent, vendor);
                var decision = filter.Decide(guestEvent, vendor);
                Assert.True(
                    expected == decision.Allowed && filter.Allows(guestEvent, vendor) == expected,
                    $"seed {seed}, {vendor}, {guestEvent}, {filter}: {decision}");
                AssertNamesWhatDecided(filter, guestEvent, decision);
            }
        }
    }

    [Fact]
    public void All_events_are_decided_as_the_bytes_say() => ForFilters(20, (random, vendor) =>
    {
        var filter = random.Filter(vendor);
        var expected = BruteReading.Decisions(filter.ToBytes(), vendor);
        for (var number = 0; number < expected.Length * 64; number++)
        {
            if (filter.Allows(BruteReading.Event(number), vendor) != BruteReading.IsSet(expected, number))
            {
                Assert.Fail($"{BruteReading.Event(number)}, {filter}");
            }
        }
    });

    [Fact]
    public void Bytes_come_back() => ForFilters(2000, (random, vendor) =>
    {
        var filter = random.Filter(vendor);
        var back = PmuEventFilter.FromBytes(filter.ToBytes(), vendor);
        Assert.Equal(filter, back);
        Assert.Equal(filter.GetHashCode(), back.GetHashCode());
        Assert.Equal(filter.ToBytes(), back.ToBytes());
    });

    [Fact]
    public void A_normal_form_decides_alike_and_is_its_own() => ForFilters(400, (random, vendor) =>
    {
        var filter = random.Filter(vendor);
        var normal = filter.Normalise(vendor);
        AssertSame(filter, normal, vendor);
        Assert.True(filter.Encoding == normal.Encoding || normal.Events.Count == 0);
        Assert.Equal(normal, normal.Normalise(vendor));
        Assert.InRange(normal.Events.Count, 0, filter.Events.Count);
        Assert.DoesNotContain(normal.Notices(vendor), notice => notice.Entry is not null);

        // Without a vendor it is still right for this one.
        AssertSame(filter, filter.Normalise(), vendor);
    });

    [Fact]
    public void The_order_of_entries_does_not_matter_to_the_normal_form() => ForFilters(300, (random, vendor) =>
    {
        var filter = random.Filter(vendor);
        var turned = PmuEventFilter.Create(filter.Action, filter.Events.Reverse(), filter.FixedCounters, vendor, keepDropped: true);
        Assert.Equal(filter.Normalise(vendor), turned.Normalise(vendor));
    });

    [Fact]
    public void Another_encoding_decides_alike() => ForFilters(300, (random, vendor) =>
    {
        var filter = random.Filter(vendor, most: 12);
        foreach (var encoding in new[] { FilterEncoding.Masked, FilterEncoding.Raw })
        {
            try
            {
                var other = filter.WithEncoding(encoding, vendor);
                Assert.True(other.Encoding == encoding || other.Events.Count == 0);
                AssertSame(filter, other, vendor);
            }
            catch (PerfmonException tooMany)
            {
                var listed = BruteReading.Decisions(filter.ToBytes(), vendor)
                    .Sum(events => BitOperations.PopCount(filter.Action == FilterAction.Allow ? events : ~events));
                Assert.Equal(PerfmonReason.LimitReached, tooMany.Reason);
                Assert.True(encoding == FilterEncoding.Raw && listed > PmuEventFilter.MostEvents, filter.ToString());
            }
        }
    });

    [Fact]
    public void Merged_filters_allow_what_both_or_either_allows() => ForFilters(250, (random, vendor) =>
    {
        var (a, b) = (random.Filter(vendor, most: 60), random.Filter(vendor, most: 60));
        var (allowedA, allowedB) = (All(a, vendor), All(b, vendor));
        AssertDecides(a.And(b, vendor), allowedA.Zip(allowedB, (x, y) => x & y), vendor);
        AssertDecides(b.And(a, vendor), allowedA.Zip(allowedB, (x, y) => x & y), vendor);
        AssertDecides(a.Or(b, vendor), allowedA.Zip(allowedB, (x, y) => x | y), vendor);
        var either = a.Action == FilterAction.Allow && b.Action == FilterAction.Allow;
        AssertDecides(PmuEventFilter.Merge(a, b, vendor), allowedA.Zip(allowedB, (x, y) => either ? x | y : x & y), vendor);
    });

    [Fact]
    public void The_difference_is_all_that_differs() => ForFilters(300, (random, vendor) =>
    {
        var a = random.Filter(vendor);
        var b = random.Filter(vendor);
        var difference = a.DifferenceFrom(b, vendor);
        var (allowedA, allowedB) = (BruteReading.Decisions(a.ToBytes(), vendor), BruteReading.Decisions(b.ToBytes(), vendor));
        var (onlyA, onlyB) = (new ulong[allowedA.Length], new ulong[allowedA.Length]);
        foreach (var span in difference.Events)
        {
            for (var number = span.FirstSelect * 256; number < (span.LastSelect + 1) * 256; number++)
            {
                if ((number & span.Mask) == span.Match)
                {
                    BruteReading.Set(span.AllowedByFirst ? onlyA : onlyB, number);
                }
            }
        }

        Assert.True(allowedA.Zip(allowedB, (x, y) => x & ~y).SequenceEqual(onlyA), $"{a}\n{b}");
        Assert.True(allowedA.Zip(allowedB, (x, y) => y & ~x).SequenceEqual(onlyB), $"{a}\n{b}");
        var (fixedA, fixedB) = (BruteReading.FixedDecisions(a.ToBytes()), BruteReading.FixedDecisions(b.ToBytes()));
        Assert.Equal((fixedA & ~fixedB, fixedB & ~fixedA), (difference.FixedAllowedByFirst, difference.FixedAllowedBySecond));
        Assert.True(a.DifferenceFrom(a.Normalise(vendor), vendor).IsEmpty);

        // Compact: stretches of selects, not events.
        Assert.InRange(difference.Events.Count, 0, 3000);
    });

    [Fact]
    public void An_entry_that_is_noticed_can_go() => ForFilters(300, (random, vendor) =>
    {
        var filter = random.Filter(vendor, most: 20);
        foreach (var notice in filter.Notices(vendor).Where(notice => notice.Entry is not null))
        {
            var without = PmuEventFilter.Create(
                filter.Action, filter.Events.Where((_, index) => index != notice.Entry), filter.FixedCounters, vendor, keepDropped: true);
            AssertSame(filter, without, vendor);
        }
    });

    private static void ForFilters(int count, Action<RandomFilters, CpuVendor> holds)
    {
        for (var seed = 0; seed < count; seed++)
        {
            foreach (var vendor in s_vendors)
            {
                try
                {
                    holds(new RandomFilters(seed), vendor);
                }
                catch (Exception failure)
                {
                    throw new InvalidOperationException($"seed {seed}, {vendor}: {failure.Message}", failure);
                }
            }
        }
    }

    private static ulong[] All(PmuEventFilter filter, CpuVendor vendor) =>
        [.. BruteReading.Decisions(filter.ToBytes(), vendor), BruteReading.FixedDecisions(filter.ToBytes())];

    private static void AssertSame(PmuEventFilter expected, PmuEventFilter actual, CpuVendor vendor) =>
        Assert.True(All(expected, vendor).AsSpan().SequenceEqual(All(actual, vendor)), $"{expected}\nis not\n{actual}");

    private static void AssertDecides(PmuEventFilter filter, IEnumerable<ulong> expected, CpuVendor vendor)
    {
        Assert.True(KernelAnswer.To(filter.ToBytes(), vendor).Accepted);
        Assert.True(All(filter, vendor).SequenceEqual(expected), filter.ToString());
    }

    private static void AssertNamesWhatDecided(PmuEventFilter filter, GuestEvent guestEvent, FilterDecision decision)
    {
        foreach (var index in new[] { decision.Entry, decision.ExcludingEntry }.OfType<int>())
        {
            Assert.Contains($"entry {index} ({filter.Events[index]})", decision.Because, StringComparison.OrdinalIgnoreCase);
        }

        if (guestEvent.Kind == GuestEventKind.Fixed)
        {
            Assert.StartsWith($"Bit {guestEvent.Counter} of the fixed counter bitmap", decision.Because, StringComparison.Ordinal);
        }
    }
}
