using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Native;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>Normal forms, merges, differences and notices that can be told beforehand.</summary>
public sealed class FilterOperationTests
{
    [Theory]
    [InlineData("I(ff,82) I(ff,83)", "I(fe,82)")]
    [InlineData("I(ff,83) I(ff,82) I(ff,82)", "I(fe,82)")]
    [InlineData("I(fe,82) I(ff,83)", "I(fe,82)")]
    [InlineData("I(7c,00) X(ff,83)", "I(7c,00) X(ff,83)")]
    [InlineData("X(ff,83) I(ff,82) X(ff,10)", "I(ff,82)")]
    [InlineData("I(0f,f0) I(ff,01)", "I(ff,01)")]
    [InlineData("X(00,00)", "")]
    [InlineData("I(ff,01) X(00,00)", "")]
    [InlineData("I(01,00) I(01,01)", "I(00,00)")]
    [InlineData("I(ff,00) I(ff,01) I(ff,02)", "I(fe,00) I(fd,00)")]
    public void Normal_forms(string given, string normal)
    {
        var filter = PmuEventFilter.Create(FilterAction.Allow, Entries(given));
        Assert.Equal(
            normal.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
            filter.Normalise().Events.Cast<MaskedEvent>().Select(entry => $"{(entry.Exclude ? 'X' : 'I')}({entry.Mask:x2},{entry.Match:x2})").Order());
    }

    [Fact]
    public void A_raw_filter_is_ordered_without_what_is_dropped_or_repeated()
    {
        FilterEvent[] events = [new RawEvent(0x1000000c4), new RawEvent(0x20c4), new RawEvent(1UL << 40), new SelectUmaskEvent(0xc4, 0x20), new RawEvent(0x3c)];
        var filter = PmuEventFilter.Create(FilterAction.Deny, events, 5, keepDropped: true);
        Assert.Equal(
            PmuEventFilter.Create(FilterAction.Deny, [new SelectUmaskEvent(0x3c, 0), new SelectUmaskEvent(0xc4, 0x20), new SelectUmaskEvent(0x1c4, 0)], 5),
            filter.Normalise());
        Assert.Equal(
            PmuEventFilter.Create(FilterAction.Deny, [new SelectUmaskEvent(0x3c, 0), new SelectUmaskEvent(0xc4, 0x20)], 5),
            filter.Normalise(CpuVendor.Intel));
        Assert.Equal(
            PmuEventFilter.Create(FilterAction.Deny, [new MaskedEvent(0xc4, 0x20, 0xff), new MaskedEvent(0xc4, 0x20, 0xff), new MaskedEvent(0x3c, 0, 0xff)], 5),
            filter.WithEncoding(FilterEncoding.Masked, CpuVendor.Intel));
    }

    [Fact]
    public void Allow_less_deny_is_allow()
    {
        var allow = PmuEventFilter.Create(FilterAction.Allow, Entries("I(7c,00)"), 0b111);
        var deny = PmuEventFilter.Create(FilterAction.Deny, [new SelectUmaskEvent(0xd0, 0x83), new SelectUmaskEvent(0xd1, 0)], 0b010);
        var merged = PmuEventFilter.Create(FilterAction.Allow, Entries("I(7c,00) X(ff,83)"), 0b101);
        Assert.Equal(merged, PmuEventFilter.Merge(allow, deny));
        Assert.Equal(merged, PmuEventFilter.Merge(deny, allow));

        // Either: deny what deny lists and allow does not.
        Assert.Equal(PmuEventFilter.Create(FilterAction.Deny, [new MaskedEvent(0xd1, 0, 0xff)]), allow.Or(deny));
    }

    [Fact]
    public void Raw_filters_merge_to_raw_while_they_fit()
    {
        static SelectUmaskEvent[] Row(int select, int count) => [.. Enumerable.Range(0, count).Select(umask => new SelectUmaskEvent((ushort)select, (ushort)umask))];
        var merged = PmuEventFilter.Merge(PmuEventFilter.Create(FilterAction.Allow, Row(1, 200)), PmuEventFilter.Create(FilterAction.Allow, Row(2, 100)));
        Assert.Equal((FilterEncoding.Raw, 300), (merged.Encoding, merged.Events.Count));
        merged = PmuEventFilter.Merge(merged, PmuEventFilter.Create(FilterAction.Allow, Row(2, 200)));
        Assert.Equal((FilterEncoding.Masked, 6), (merged.Encoding, merged.Events.Count));
    }

    [Fact]
    public void What_one_filter_cannot_list_is_said()
    {
        // Umasks of even parity: no two are neighbours, so that nothing folds.
        static IEnumerable<FilterEvent> Parity(ushort select) =>
            Enumerable.Range(0, 256).Where(umask => int.PopCount(umask) % 2 == 0).Select(umask => new SelectUmaskEvent(select, (ushort)umask));
        var two = PmuEventFilter.Create(FilterAction.Allow, [.. Parity(1), .. Parity(2)]);
        var error = Assert.Throws<PerfmonException>(() => PmuEventFilter.Merge(two, PmuEventFilter.Create(FilterAction.Allow, Parity(3))));
        Assert.Equal((PerfmonReason.LimitReached, (int)Errno.E2BIG), (error.Reason, error.Errno));
        Assert.Equal(
            """
            Cannot allow 384 events of 3 selects in one filter.
            That takes 384 masked entries, and the kernel takes at most 300 (E2BIG); select 0x01 alone takes 128.
            List fewer events, or whole selects.
            """,
            error.Message);
        var whole = PmuEventFilter.Create(FilterAction.Allow, [new MaskedEvent(1, 0, 0), new MaskedEvent(2, 0, 0)]);
        Assert.Equal((int)Errno.E2BIG, Assert.Throws<PerfmonException>(() => whole.WithEncoding(FilterEncoding.Raw)).Errno);
    }

    [Fact]
    public void Differences_are_spans()
    {
        var a = PmuEventFilter.Create(FilterAction.Allow, Entries("I(7c,00)"), 0b011);
        var b = PmuEventFilter.Create(FilterAction.Allow, Entries("I(7c,00) X(ff,83)"), 0b110);
        var difference = a.DifferenceFrom(b, CpuVendor.Intel);
        Assert.Equal([new EventSpan(0xd0, 0xd0, 0x83, 0xff, AllowedByFirst: true)], difference.Events);
        Assert.Equal((0b001u, 0b100u), (difference.FixedAllowedByFirst, difference.FixedAllowedBySecond));

        difference = a.DifferenceFrom(PmuEventFilter.AllowingEverything, CpuVendor.Amd);
        Assert.Equal(
            ["0x00-0xcf any umask", "0xd0 umask & 0x04 = 0x04", "0xd0 umask & 0x08 = 0x08", "0xd0 umask & 0x10 = 0x10", "0xd0 umask & 0x20 = 0x20", "0xd0 umask & 0x40 = 0x40", "0xd1-0xfff any umask"],
            difference.Events.Select(span => span.ToString()));
        Assert.All(difference.Events, span => Assert.False(span.AllowedByFirst));
        Assert.True(difference.Events[1].Contains(GuestEvent.Programmable(0xd0, 0x84)));
        Assert.True(a.DifferenceFrom(a, CpuVendor.Amd).IsEmpty);
    }

    [Theory]
    [InlineData("I(ff,81) I(ff,81)", FilterNoticeKind.Duplicate, 1, "Entry 1 (0xd0 umask & 0xff = 0x81) repeats entry 0.")]
    [InlineData("I(ff,81) I(0f,f1)", FilterNoticeKind.NeverMatches, 1, "Entry 1 (0xd0 umask & 0x0f = 0xf1) matches no umask: 0xf0 of match 0xf1 is outside mask 0x0f.")]
    [InlineData("I(ff,81) I(7c,00)", FilterNoticeKind.Superfluous, 0, "Entry 0 (0xd0 umask & 0xff = 0x81) does nothing: entry 1 (0xd0 umask & 0x7c = 0x00) includes all of its events already.")]
    [InlineData("I(01,00) I(02,00) I(03,00) X(ff,00) X(fe,00)", FilterNoticeKind.Superfluous, 3, "Entry 3 (exclude 0xd0 umask & 0xff = 0x00) does nothing: entry 4 (exclude 0xd0 umask & 0xfe = 0x00) excludes all of its events already.")]
    [InlineData("I(ff,81) X(80,80) I(ff,01)", FilterNoticeKind.WhollyExcluded, 0, "Entry 0 (0xd0 umask & 0xff = 0x81) includes only events that others exclude: it lists nothing.")]
    [InlineData("X(80,80)", FilterNoticeKind.ExcludesNothing, 0, "Entry 0 (exclude 0xd0 umask & 0x80 = 0x80) excludes from nothing: no entry includes events of select 0xd0, and an entry that excludes lists none.")]
    [InlineData("X(80,80)", FilterNoticeKind.ListsNothing, null, "The filter lists no event, and its action is allow: every event of programmable counters is denied.")]
    [InlineData("I(ff,01) X(80,80)", FilterNoticeKind.ExcludesNothing, 1, "Entry 1 (exclude 0xd0 umask & 0x80 = 0x80) excludes only events that no entry includes.")]
    public void What_is_surely_not_meant_is_noticed(string given, FilterNoticeKind kind, int? entry, string text)
    {
        var notices = PmuEventFilter.Create(FilterAction.Allow, Entries(given)).Notices(CpuVendor.Intel);
        Assert.Contains(new FilterNotice(kind, entry, text), notices);
    }

    [Fact]
    public void Fixed_counters_are_noticed()
    {
        static string[] Notices(FilterAction action, uint bitmap, CpuVendor vendor, params FilterEvent[] events) =>
            [.. PmuEventFilter.Create(action, events, bitmap).Notices(vendor).Select(notice => notice.Text)];
        var instructions = new SelectUmaskEvent(0xc0, 0);
        Assert.Equal(
            ["0xc0/0x00 is denied, but fixed counter 0, which counts the same (retired instructions), is allowed."],
            Notices(FilterAction.Deny, 0, CpuVendor.Intel, instructions));
        Assert.Equal(
            ["0xc0/0x00 is allowed, but fixed counter 0, which counts the same (retired instructions) and which guests prefer, is denied: it stays 0."],
            Notices(FilterAction.Allow, 0, CpuVendor.Intel, instructions));
        Assert.Empty(Notices(FilterAction.Allow, 1, CpuVendor.Intel, instructions));
        Assert.Empty(Notices(FilterAction.Deny, 0, CpuVendor.Amd, instructions));
        Assert.Empty(Notices(FilterAction.Allow, uint.MaxValue, CpuVendor.Amd, instructions));
        Assert.Equal(["The fixed counter bitmap 0x00000001 does nothing: AMD CPUs have no fixed counters."], Notices(FilterAction.Deny, 1, CpuVendor.Amd, instructions));
        Assert.Equal(
            ["Bits 16-31 of the fixed counter bitmap 0xffff0001 do nothing: guests have fixed counters 0 to 2."],
            Notices(FilterAction.Allow, 0xffff0001, CpuVendor.Intel, instructions));
        Assert.Equal(["Bit 3 of the fixed counter bitmap 0x00000008 does nothing: guests have fixed counters 0 to 2."], Notices(FilterAction.Deny, 8, CpuVendor.Intel));
    }

    [Fact]
    public void Dropped_entries_are_noticed_for_the_vendor()
    {
        var filter = PmuEventFilter.Create(FilterAction.Deny, [new RawEvent(0x3c), new SelectUmaskEvent(0x1c4, 0)], 0b10);
        Assert.DoesNotContain(filter.Notices(CpuVendor.Amd), notice => notice.Entry is not null);
        Assert.Equal(
            [new FilterNotice(
                FilterNoticeKind.Dropped, 1,
                "The kernel drops entry 1 (0x1c4/0x00). Bit 32 means nothing in a raw entry on Intel machines: event selects end at 0xff.")],
            filter.Notices(CpuVendor.Intel));
    }

    private static IEnumerable<MaskedEvent> Entries(string text) => text.Split(' ').Select(entry => new MaskedEvent(
        0xd0, Convert.ToByte(entry[5..7], 16), Convert.ToByte(entry[2..4], 16), entry[0] == 'X'));
}
