using Perfmon.Host;
using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>The sentences that say why.</summary>
public sealed class FilterDecisionTests
{
    private static readonly FilterEvent[] s_masked = [new MaskedEvent(0xd0, 0x00, 0x7c), new MaskedEvent(0xd0, 0x83, 0xff, Exclude: true), new MaskedEvent(0xd1, 1, 0xff, Exclude: true)];

    [Theory]
    [InlineData(FilterAction.Allow, "0xd0/0x81", true, "Entry 0 (0xd0 umask & 0x7c = 0x00) lists 0xd0/0x81 and no entry excludes it; the action is allow.")]
    [InlineData(FilterAction.Deny, "0xd0/0x81", false, "Entry 0 (0xd0 umask & 0x7c = 0x00) lists 0xd0/0x81 and no entry excludes it; the action is deny.")]
    [InlineData(FilterAction.Allow, "0xd0/0x83", false, "Entry 0 (0xd0 umask & 0x7c = 0x00) includes 0xd0/0x83, but entry 1 (exclude 0xd0 umask & 0xff = 0x83) excludes it again, and an allow filter denies what it does not list.")]
    [InlineData(FilterAction.Deny, "0xd0/0x83", true, "Entry 0 (0xd0 umask & 0x7c = 0x00) includes 0xd0/0x83, but entry 1 (exclude 0xd0 umask & 0xff = 0x83) excludes it again, and a deny filter allows what it does not list.")]
    [InlineData(FilterAction.Allow, "0xd0/0x84", false, "No entry of select 0xd0 includes umask 0x84, and an allow filter denies what it does not list.")]
    [InlineData(FilterAction.Deny, "0xd2/0x84", true, "No entry has select 0xd2, and a deny filter allows what it does not list.")]
    [InlineData(FilterAction.Allow, "0xd1/0x02", false, "Select 0xd1 has only entries that exclude, which list nothing, and an allow filter denies what it does not list.")]
    [InlineData(FilterAction.Allow, "0xd1/0x01", false, "No entry includes 0xd1/0x01, which entry 2 (exclude 0xd1 umask & 0xff = 0x01) excludes without effect, and an allow filter denies what it does not list.")]
    [InlineData(FilterAction.Allow, "fixed:1", true, "Bit 1 of the fixed counter bitmap 0x00000002 is set, and the action is allow; a fixed counter's event is not looked at.")]
    [InlineData(FilterAction.Deny, "fixed:1", false, "Bit 1 of the fixed counter bitmap 0x00000002 is set, and the action is deny; a fixed counter's event is not looked at.")]
    [InlineData(FilterAction.Allow, "fixed:0", false, "Bit 0 of the fixed counter bitmap 0x00000002 is clear, and an allow filter denies what it does not list; a fixed counter's event is not looked at.")]
    [InlineData(FilterAction.Deny, "fixed:2", true, "Bit 2 of the fixed counter bitmap 0x00000002 is clear, and a deny filter allows what it does not list; a fixed counter's event is not looked at.")]
    public void The_entry_that_decided_is_named(FilterAction action, string guestEvent, bool allowed, string because)
    {
        var decision = PmuEventFilter.Create(action, s_masked, 2).Decide(GuestEvent.Parse(guestEvent), CpuVendor.Intel);
        Assert.Equal((allowed, because), (decision.Allowed, decision.Because));
    }

    [Fact]
    public void Entries_that_the_kernel_drops_are_named()
    {
        var filter = PmuEventFilter.Create(FilterAction.Allow, [new RawEvent(0x3c), new RawEvent(0x5300c0)], keepDropped: true);
        Assert.Equal(
            "No entry has select 0xc0, and an allow filter denies what it does not list. The kernel drops entry 1 (raw 0x5300c0). "
            + "Bits 16-17, 20, 22 mean nothing in a raw entry on AMD machines: event selects end at 0xfff.",
            filter.Decide(GuestEvent.Parse("0xc0/0x00"), CpuVendor.Amd).Because);
        Assert.Equal("Entry 0 (raw 0x3c) lists 0x3c/0x00; the action is allow.", filter.Decide(GuestEvent.Parse("0x3c/0x00"), CpuVendor.Amd).Because);
        Assert.Equal("The filter has no entries, and a deny filter allows what it does not list.", PmuEventFilter.AllowingEverything.Decide(GuestEvent.Parse("0x3c/0x00"), CpuVendor.Amd).Because);
        Assert.True(FilterDecision.Unfiltered.Allowed);
    }
}
