using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>Ranges of Arm events: to the byte, what they decide, and what becomes of them.</summary>
public sealed class ArmEventFilterTests
{
    [Fact]
    public void Ranges_are_written_in_order_to_the_byte()
    {
        var filter = Filter("A:11-11 A:23-3a D:30-30 D:1-ffff");
        Assert.Equal(
            ["1100010000000000", "2300180000000000", "3000010001000000", "0100FFFF01000000"], filter.Attributes().Select(Convert.ToHexString));
        Assert.Equal("allow 0x11-0x11, allow 0x23-0x3a, deny 0x30-0x30, deny 0x01-0xffff", filter.ToString());
        Assert.Equal(filter, Filter("A:11-11 A:23-3a D:30-30 D:1-ffff"));
        Assert.Equal(filter.GetHashCode(), Filter("A:11-11 A:23-3a D:30-30 D:1-ffff").GetHashCode());
        Assert.NotEqual(filter, Filter("A:23-3a A:11-11 D:30-30 D:1-ffff"));
    }

    [Theory]
    [InlineData("A:11-11 A:23-3a D:30-30", 0x11, true, "Range 0 (allow 0x11-0x11) has 0x11, and is the last that has it. The cycle counter is decided with it.")]
    [InlineData("A:11-11 A:23-3a D:30-30", 0x2f, true, "Range 1 (allow 0x23-0x3a) has 0x2f, and is the last that has it.")]
    [InlineData("A:11-11 A:23-3a D:30-30", 0x30, false, "Range 2 (deny 0x30-0x30) has 0x30, and is the last.")]
    [InlineData("A:11-11 A:23-3a D:30-30", 0x3b, false, "No range has 0x3b, and the first range (allow 0x11-0x11) makes deny the default.")]
    [InlineData("D:30-30 A:30-30", 0x30, true, "Range 1 (allow 0x30-0x30) has 0x30, and is the last.")]
    [InlineData("D:30-30", 0x11, true, "No range has 0x11, and the first range (deny 0x30-0x30) makes allow the default. The cycle counter is decided with it.")]
    [InlineData("D:0-1f", 0x00, true, "0x00 is SW_INCR, which the kernel does not filter.")]
    [InlineData("D:0-1f", 0x1e, true, "0x1e is CHAIN, which the kernel does not filter.")]
    [InlineData("D:0-1f", 0x1f, false, "Range 0 (deny 0x00-0x1f) has 0x1f, and is the last.")]
    public void The_range_that_decided_is_named(string ranges, ushort number, bool allowed, string because)
    {
        var decision = Filter(ranges).Decide(GuestEvent.Arm(number), ArmEventSpace.Bits10);
        Assert.Equal((allowed, because), (decision.Allowed, decision.Because));
    }

    [Theory]
    [InlineData("", null, "A filter for Arm guests has at least one range: without any, the kernel filters nothing.")]
    [InlineData("A:1-2 D:3-2", null, "Cannot make a filter with range 1 (deny 0x03-0x02).\nIt ends before it begins.")]
    [InlineData("A:0-ffff", null, "Cannot make a filter with range 0 (allow 0x00-0xffff).\nOne range has at most 65535 events, because the kernel's count has 16 bits: write two.")]
    [InlineData("A:0-400", ArmEventSpace.Bits10, "Cannot make a filter with range 0 (allow 0x00-0x400).\nEvents end at 0x3ff there: the kernel answers EINVAL.")]
    public void What_the_kernel_refuses_is_refused(string ranges, ArmEventSpace? space, string message) =>
        Assert.Equal(message, Assert.Throws<PerfmonException>(() => Filter(ranges, space)).Message);

    [Fact]
    public void A_filter_and_its_questions_fit_the_event_space()
    {
        Assert.Equal(ArmEventSpace.Bits10, Filter("A:0-3ff", ArmEventSpace.Bits10).Space);
        var wide = Filter("A:1-2 A:0-400");
        Assert.Equal(ArmEventSpace.Bits16, wide.Space);
        Assert.StartsWith(
            "Cannot make a filter with range 1", Assert.Throws<PerfmonException>(() => wide.Allows(GuestEvent.Arm(1), ArmEventSpace.Bits10)).Message, StringComparison.Ordinal);
        Assert.Throws<PerfmonException>(() => wide.DifferenceFrom(Filter("A:1-1"), ArmEventSpace.Bits10));
        Assert.Throws<PerfmonException>(() => Filter("A:1-1").DifferenceFrom(wide, ArmEventSpace.Bits10));
        Assert.Equal(
            "A guest cannot ask for event 0x400: its PMU's events end at 0x3ff.",
            Assert.Throws<PerfmonException>(() => Filter("A:1-1").Decide(GuestEvent.Arm(0x400), ArmEventSpace.Bits10)).Message);
        Assert.Equal(
            "0xd0/0x81 is an x86 event, and the filter is for Arm guests. An Arm event is one number, as in 0x11.",
            Assert.Throws<PerfmonException>(() => Filter("A:1-1").Decide(GuestEvent.Parse("0xd0/0x81"), ArmEventSpace.Bits10)).Message);
        Assert.Throws<PerfmonException>(() => ArmEventFilter.Create([new ArmEventRange((FilterAction)2, 1, 1)]));
    }

    [Theory]
    [InlineData("A:23-3a D:30-30 A:11-11", "A:11-11 A:23-2f A:31-3a")]
    [InlineData("A:1-2 A:3-4", "A:1-4")]
    [InlineData("D:1-8 A:4-4 D:4-4", "D:1-8")]
    [InlineData("A:5-5 D:5-5", "A:0-0 D:0-0")]
    [InlineData("D:5-5 A:5-5", "D:0-0 A:0-0")]
    [InlineData("A:1-ffff A:0-0", "A:0-fffe A:ffff-ffff")]
    public void Normal_forms(string given, string normal) => Assert.Equal(Filter(normal), Filter(given).Normalise());

    [Theory]
    [InlineData("A:1-8", "A:1-8 D:4-5", "+4-5")]
    [InlineData("A:1-8", "A:2-9", "+1-1 -9-9")]
    [InlineData("A:11-11", "D:11-11", "-1-10 +11-11 -12-1d -1f-3ff")]
    [InlineData("A:0-1e", "A:1-1d", "")]
    public void Differences_are_spans(string first, string second, string spans) => Assert.Equal(
        spans,
        string.Join(' ', Filter(first).DifferenceFrom(Filter(second), ArmEventSpace.Bits10)
            .Select(span => $"{(span.AllowedByFirst ? '+' : '-')}{span.First:x}-{span.Last:x}")));

    [Theory]
    [InlineData("A:1-8 A:1-8", FilterNoticeKind.Duplicate, 1, "Range 1 (allow 0x01-0x08) repeats range 0.")]
    [InlineData("A:1-8 A:2-3", FilterNoticeKind.Superfluous, 1, "Range 1 (allow 0x02-0x03) does nothing: its events are allowed without it.")]
    [InlineData("A:1-8 D:9-9", FilterNoticeKind.Superfluous, 1, "Range 1 (deny 0x09-0x09) does nothing: its events are denied without it.")]
    [InlineData("A:1-8 D:1-4 D:5-8", FilterNoticeKind.Overwritten, 0, "Range 0 (allow 0x01-0x08) decides about none of its events: later ranges have them all; as the first range it still makes deny the default.")]
    [InlineData("A:1-8 D:2-2 A:2-2", FilterNoticeKind.Overwritten, 1, "Range 1 (deny 0x02-0x02) decides about none of its events: later ranges have them all.")]
    [InlineData("D:1e-1e", FilterNoticeKind.NotFiltered, 0, "Range 0 (deny 0x1e-0x1e) is for CHAIN alone, which the kernel does not filter; as the first range it still makes allow the default.")]
    public void What_is_surely_not_meant_is_noticed(string ranges, FilterNoticeKind kind, int entry, string text) =>
        Assert.Equal(new FilterNotice(kind, entry, text), Assert.Single(Filter(ranges).Notices()));

    // The kernel's own steps: the first range fills or empties the map, then each sets or clears its bits, one after the other.
    [Fact]
    public void Random_filters_decide_as_the_kernel_writes_its_map()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var space = random.Next(8) == 0 ? ArmEventSpace.Bits16 : ArmEventSpace.Bits10;
            var (a, b) = (RandomFilter(random, space), RandomFilter(random, space));
            var (mapA, mapB) = (Map(a, space), Map(b, space));
            for (var number = 0; number < (int)space; number++)
            {
                var expected = mapA[number] || number is 0 or 0x1e;
                Assert.True(expected == a.Allows(GuestEvent.Arm((ushort)number), space), $"seed {seed}, 0x{number:x}: {a}");
            }

            var probe = GuestEvent.Arm((ushort)random.Next((int)space));
            Assert.Equal(a.Allows(probe, space), a.Decide(probe, space).Allowed);
            var normal = a.Normalise();
            Assert.True(Map(normal, space).SequenceEqual(mapA), $"seed {seed}: {a}\nis not\n{normal}");
            Assert.Equal(normal, normal.Normalise());
            Assert.InRange(normal.Ranges.Count, 0, a.Ranges.Count);
            Assert.True(normal.Space <= a.Space);

            var different = new bool[(int)space];
            foreach (var span in a.DifferenceFrom(b, space))
            {
                Assert.Equal(span.AllowedByFirst, mapA[span.First]);
                different.AsSpan(span.First, span.Last - span.First + 1).Fill(true);
            }

            Assert.True(
                mapA.Select((allowed, number) => allowed != mapB[number] && number is not (0 or 0x1e)).SequenceEqual(different), $"seed {seed}: {a}\n{b}");

            foreach (var notice in a.Notices().Where(notice => notice.Entry > 0 && notice.Kind != FilterNoticeKind.NotFiltered))
            {
                var without = ArmEventFilter.Create(a.Ranges.Where((_, index) => index != notice.Entry));
                Assert.True(Map(without, space).SequenceEqual(mapA), $"seed {seed}: {notice}, {a}");
            }
        }
    }

    private static bool[] Map(ArmEventFilter filter, ArmEventSpace space)
    {
        var map = new bool[(int)space];
        var attributes = filter.Attributes();
        for (var index = 0; index < attributes.Count; index++)
        {
            var bytes = attributes[index];
            for (var number = 0; index == 0 && number < map.Length; number++)
            {
                map[number] = bytes[4] == 1;
            }

            var first = bytes[0] | bytes[1] << 8;
            for (var count = bytes[2] | bytes[3] << 8; count > 0; count--)
            {
                map[first + count - 1] = bytes[4] == 0;
            }
        }

        return map;
    }

    private static ArmEventFilter RandomFilter(Random random, ArmEventSpace space)
    {
        var near = random.Next((int)space - 40);
        return ArmEventFilter.Create(
            Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
            {
                var first = random.Next(3) == 0 ? random.Next((int)space) : near + random.Next(40);
                var last = random.Next(4) == 0 ? random.Next(first, (int)space) : Math.Min((int)space - 1, first + random.Next(12));
                return new ArmEventRange((FilterAction)random.Next(2), (ushort)Math.Max(first, last - 65534), (ushort)last);
            }),
            space);
    }

    private static ArmEventFilter Filter(string text, ArmEventSpace? space = null) => ArmEventFilter.Create(
        from range in text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let ends = range[2..].Split('-')
        select new ArmEventRange(range[0] == 'A' ? FilterAction.Allow : FilterAction.Deny, Convert.ToUInt16(ends[0], 16), Convert.ToUInt16(ends[1], 16)),
        space);
}
