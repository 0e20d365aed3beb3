using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Native;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>Making filters: to the byte, and what is refused.</summary>
public sealed class PmuEventFilterTests
{
    [Fact]
    public void A_filter_is_the_kernels_structure_to_the_byte()
    {
        var raw = PmuEventFilter.Create(FilterAction.Deny, [new SelectUmaskEvent(0x1c4, 0x20), new RawEvent(0x3c)], 0xa5000003);
        Assert.Equal(
            "0100000002000000030000A5000000000000000000000000" + "0000000000000000" + "C420000001000000" + "3C00000000000000",
            Convert.ToHexString(raw.ToBytes()));
        var masked = PmuEventFilter.Create(FilterAction.Allow, [new MaskedEvent(0x1c4, 0x20, 0xf0, Exclude: true)]);
        Assert.Equal(
            "0000000001000000000000000100000000000000000000000000000000000000" + "C4200000010080F0", Convert.ToHexString(masked.ToBytes()));
        Assert.Equal("deny 0x1c4/0x20, raw 0x3c; fixed counters 0xa5000003", raw.ToString());
        Assert.Equal("allow exclude 0x1c4 umask & 0xf0 = 0x20; fixed counters 0x00000000", masked.ToString());
    }

    [Fact]
    public void Filters_of_the_same_bytes_are_equal()
    {
        var filter = PmuEventFilter.Create(FilterAction.Allow, [new SelectUmaskEvent(0xc4, 0x20)]);
        Assert.Equal(filter, PmuEventFilter.Create(FilterAction.Allow, [new RawEvent(0x20c4)]));
        Assert.NotEqual(filter, PmuEventFilter.Create(FilterAction.Deny, [new RawEvent(0x20c4)]));
        Assert.NotEqual(filter, PmuEventFilter.Create(FilterAction.Allow, [new RawEvent(0x20c4)], 1));
        Assert.NotEqual(filter, PmuEventFilter.Create(FilterAction.Allow, [new MaskedEvent(0xc4, 0x20, 0xff)]));
        Assert.False(filter.Equals(null));
    }

    [Fact]
    public void Padding_is_not_looked_at_and_nothing_may_follow()
    {
        var bytes = PmuEventFilter.AllowingEverything.ToBytes();
        bytes.AsSpan(16).Fill(0xff);
        Assert.Equal(PmuEventFilter.AllowingEverything, PmuEventFilter.FromBytes(bytes));
        var error = Assert.Throws<PerfmonException>(() => PmuEventFilter.FromBytes([.. bytes, 0]));
        Assert.Equal("The bytes are no filter: it ends at byte 32, and 1 more follow.", error.Message);
        error = Assert.Throws<PerfmonException>(() => PmuEventFilter.FromBytes(bytes.AsSpan(1)));
        Assert.Equal("The bytes are no filter.\nThe header has 32 bytes, of which 31 are there.\nKVM_SET_PMU_EVENT_FILTER answers EFAULT.", error.Message);
    }

    [Fact]
    public void Nothing_denied_is_everything_allowed()
    {
        foreach (var guestEvent in new[] { GuestEvent.Programmable(0xd0, 0x81), GuestEvent.Fixed(0), GuestEvent.Fixed(31) })
        {
            Assert.True(PmuEventFilter.AllowingEverything.Decide(guestEvent, CpuVendor.Intel).Allowed);
        }

        Assert.False(PmuEventFilter.Create(FilterAction.Allow, []).Allows(GuestEvent.Programmable(0xd0, 0x81), CpuVendor.Intel));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void Three_hundred_entries_are_taken(int count, bool taken)
    {
        var events = Enumerable.Range(0, count).Select(number => new SelectUmaskEvent((ushort)(number / 256), (ushort)(number % 256)));
        if (taken)
        {
            Assert.Equal(count, PmuEventFilter.Create(FilterAction.Allow, events).Events.Count);
            return;
        }

        var error = Assert.Throws<PerfmonException>(() => PmuEventFilter.Create(FilterAction.Allow, events));
        Assert.Equal((PerfmonReason.LimitReached, (int)Errno.E2BIG), (error.Reason, error.Errno));
        Assert.StartsWith("Cannot make a filter of 301 entries.\nThe kernel takes at most 300 (E2BIG).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masked_and_other_entries_do_not_mix()
    {
        var error = Assert.Throws<PerfmonException>(
            () => PmuEventFilter.Create(FilterAction.Allow, [new MaskedEvent(0xc4, 0, 0), new MaskedEvent(0xc5, 0, 0), new SelectUmaskEvent(0x3c, 0)]));
        Assert.Equal(
            """
            Cannot make a filter of entry 0 (0xc4 umask & 0x00 = 0x00) and entry 2 (0x3c/0x00).
            One of them is masked and the other is not, and the kernel has one encoding for a whole filter.
            Write 0x3c/0x00 as masked: select 0x3c, match 0x00, mask 0xff.
            """,
            error.Message);
    }

    [Fact]
    public void Selects_end_where_the_vendors_do()
    {
        FilterEvent masked = new MaskedEvent(0x1c4, 0, 0), plain = new SelectUmaskEvent(0x1c4, 0);
        foreach (var entry in new[] { masked, plain })
        {
            _ = PmuEventFilter.Create(FilterAction.Allow, [entry], vendor: CpuVendor.Amd);
            _ = PmuEventFilter.Create(FilterAction.Allow, [entry], vendor: CpuVendor.Hygon);
            _ = PmuEventFilter.Create(FilterAction.Allow, [entry]);
            Assert.Throws<PerfmonException>(() => PmuEventFilter.Create(FilterAction.Allow, [entry], vendor: CpuVendor.Intel));
        }

        var dropped = PmuEventFilter.Create(FilterAction.Allow, [plain], vendor: CpuVendor.Intel, keepDropped: true);
        Assert.True(dropped.Allows(GuestEvent.Programmable(0x1c4, 0), CpuVendor.Amd));
        Assert.False(dropped.Allows(GuestEvent.Programmable(0xc4, 0), CpuVendor.Intel));

        var refusal = Assert.Throws<PerfmonException>(() => PmuEventFilter.Create(FilterAction.Allow, [masked], vendor: CpuVendor.Intel, keepDropped: true));
        Assert.Equal(
            """
            Cannot make a filter with entry 0 (0x1c4 umask & 0x00 = 0x00).
            Bit 32 means nothing in a masked entry on Intel machines: event selects end at 0xff.
            The kernel refuses the filter (EINVAL).
            """,
            refusal.Message);
        Assert.Equal((int)Errno.EINVAL, refusal.Errno);

        var wide = PmuEventFilter.Create(FilterAction.Allow, [masked]);
        Assert.Throws<PerfmonException>(() => wide.Decide(GuestEvent.Programmable(0xc4, 0), CpuVendor.Intel));
        Assert.Throws<PerfmonException>(() => wide.Normalise(CpuVendor.Intel));
        Assert.Throws<PerfmonException>(() => wide.Notices(CpuVendor.Intel));
        Assert.Throws<PerfmonException>(() => wide.DifferenceFrom(wide, CpuVendor.Intel));
    }

    [Fact]
    public void What_would_be_dropped_is_refused_unless_kept()
    {
        var error = Assert.Throws<PerfmonException>(() => PmuEventFilter.Create(FilterAction.Allow, [new RawEvent(0x3c), new RawEvent(0x5300c0)]));
        Assert.Equal(
            """
            Cannot make a filter with entry 1 (raw 0x5300c0).
            Bits 16-17, 20, 22 mean nothing in a raw entry on any vendor's machines: event selects end at 0xfff.
            The kernel would take the filter and drop the entry.
            """,
            error.Message);
        Assert.Equal(0, error.Errno);
        var kept = PmuEventFilter.Create(FilterAction.Allow, [new RawEvent(0x5300c0)], keepDropped: true);
        Assert.False(kept.Allows(GuestEvent.Programmable(0xc0, 0), CpuVendor.Amd));
        Assert.Throws<PerfmonException>(() => PmuEventFilter.Create(FilterAction.Allow, [new SelectUmaskEvent(0xc0, 0x100)], keepDropped: true));
        Assert.Throws<PerfmonException>(() => PmuEventFilter.Create((FilterAction)2, []));
    }

    [Fact]
    public void Questions_that_no_guest_can_ask_are_refused()
    {
        var filter = PmuEventFilter.AllowingEverything;
        Assert.Equal(
            "A guest cannot ask for 0x1c4/0x20: event selects of Intel machines end at 0xff.",
            Assert.Throws<PerfmonException>(() => filter.Decide(GuestEvent.Programmable(0x1c4, 0x20), CpuVendor.Intel)).Message);
        Assert.Equal(
            "0x11 is an Arm event, and the filter is for x86 guests. An x86 event is SELECT/UMASK, as in 0xd0/0x81, or fixed:N.",
            Assert.Throws<PerfmonException>(() => filter.Decide(GuestEvent.Arm(0x11), CpuVendor.Amd)).Message);
        Assert.Throws<PerfmonException>(() => filter.Decide(GuestEvent.Fixed(0), CpuVendor.Arm));
    }
}
