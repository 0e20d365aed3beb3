using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms;

namespace Perfmon.Tests.Kvm.Forms;

public sealed class TranslationTests
{
    // The same filter in the form of each proposal; the first two of what their cover letters show.
    [Theory]
    [InlineData(FilterExamples.April2025, "qemu-2025-01")]
    [InlineData(FilterExamples.January2025, "qemu-2025-04")]
    public void The_proposals_own_examples_are_translations_of_each_other(string text, string form)
    {
        var expected = FilterText.Read(form == "qemu-2025-04" ? FilterExamples.April2025 : FilterExamples.January2025);
        Assert.Equal(expected.To(expected.Form).ToString(), FilterText.Read(text).To(FilterForm.Named(form)).ToString());
    }

    [Theory]
    [InlineData("objects", "-object kvm-pmu-event,id=f0,action=deny,format=x86-default,select=0xc4,umask=0x20 \\\n-object kvm-pmu-event,id=f0.1,action=deny,format=raw,code=0x1000020c4 \\\n-object kvm-pmu-counter,id=cnt,action=deny,type=x86-fixed,bitmap=0x3 \\\n-accel kvm,pmu-filter=f0")]
    [InlineData("objects-json", """
        -object '{"qom-type":"kvm-pmu-event-list","id":"f0","action":"deny","format":"x86-default","events":[{"select":"0xc4","umask":"0x20"}]}' \
        -object '{"qom-type":"kvm-pmu-event-list","id":"f0.1","action":"deny","format":"raw","events":[{"code":"0x1000020c4"}]}' \
        -object '{"qom-type":"kvm-pmu-counter","id":"cnt","action":"deny","type":"x86-fixed","bitmap":"0x3"}' \
        -accel kvm,pmu-filter=f0
        """)]
    [InlineData("qemu-2024-07", """
        -object '{"qom-type":"kvm-pmu-filter","id":"f0","x86-fixed-counter":{"action":"deny","bitmap":"0x3"},"events":[{"action":"deny","format":"x86-default","select":"0xc4","umask":"0x20"},{"action":"deny","format":"raw","code":"0x1000020c4"}]}' \
        -accel kvm,pmu-filter=f0
        """)]
    [InlineData("qemu-2025-01", """
        -object '{"qom-type":"kvm-pmu-filter","id":"f0","action":"deny","x86-fixed-counter":{"bitmap":"0x3"},"events":[{"format":"x86-default","select":"0xc4","umask":"0x20"},{"format":"raw","code":"0x1000020c4"}]}' \
        -accel kvm,pmu-filter=f0
        """)]
    [InlineData("qemu-2025-04", """
        -object '{"qom-type":"kvm-pmu-filter","id":"f0","action":"deny","x86-fixed-counter":3,"events":[{"format":"x86-select-umask","select":196,"umask":32},{"format":"raw","code":4294975684}]}' \
        -accel kvm,pmu-filter=f0
        """)]
    [InlineData("kernel", "0100000002000000030000000000000000000000000000000000000000000000\nc420000000000000\nc420000001000000")]
    public void A_filter_of_x86_in_each_form(string form, string expected)
    {
        var filter = PmuEventFilter.Create(FilterAction.Deny, [new SelectUmaskEvent(0xc4, 0x20), new RawEvent(0x1000020c4)], 3);
        Assert.Equal(expected, FilterForm.Named(form).Write(filter).ToString());
    }

    [Theory]
    [InlineData("arm", "-cpu host,kvm-pmu-filter=\"A:0x11-0x12;D:0x30-0x30\"")]
    [InlineData("kvmtool", "A:0x11-0x12,D:0x30-0x30")]
    [InlineData("objects", "-object kvm-pmu-event,id=f0,action=allow,format=raw,code=0x11 \\\n-object kvm-pmu-event,id=f0.1,action=allow,format=raw,code=0x12 \\\n-object kvm-pmu-event,id=f0.2,action=deny,format=raw,code=0x30 \\\n-cpu host,pmu-filter=f0")]
    [InlineData("qemu-2024-07", """
        -object '{"qom-type":"kvm-pmu-filter","id":"f0","events":[{"action":"allow","format":"raw","code":"0x11"},{"action":"allow","format":"raw","code":"0x12"},{"action":"deny","format":"raw","code":"0x30"}]}' \
        -cpu host,pmu-filter=f0
        """)]
    public void A_filter_of_Arm_in_each_form(string form, string expected)
    {
        var filter = ArmEventFilter.Create([new(FilterAction.Allow, 0x11, 0x12), new(FilterAction.Deny, 0x30, 0x30)]);
        Assert.Equal(expected, FilterForm.Named(form).Write(filter).ToString());
    }

    [Fact]
    public void The_option_that_uses_it_is_said_by_itself()
    {
        Assert.Equal("-accel kvm,pmu-filter=f0", FilterText.Read(FilterExamples.April2025).To(FilterForm.Named("objects")).Use);
        Assert.Null(FilterText.Read(FilterExamples.ArmProperty).To(FilterForm.Named("kvmtool")).Use);
    }

    [Theory]
    [InlineData(
        FilterExamples.ArmProperty, "qemu-2025-04",
        "Cannot write the filter as qemu-2025-04.\nIts actions differ: allow 0x11-0x11, deny 0x30-0x30. qemu-2025-04 has one action for a whole filter.\nThe forms with an action for each event are objects, objects-json, qemu-2024-07, arm, kvmtool.")]
    [InlineData(
        FilterExamples.ArmProperty, "kernel",
        "Cannot make a filter for x86 guests of it.\nIt is for Arm guests: its events are numbers, and x86's are selects and umasks.\nThe forms for Arm guests are objects, objects-json, qemu-2024-07, qemu-2025-01, qemu-2025-04, arm, kvmtool.")]
    [InlineData(
        "A:0x0-0x12c", "objects",
        "Cannot write the filter as objects.\nThat form has an entry for each event, and the ranges have 301: more than 300.\nThe forms with ranges are arm, kvmtool.")]
    [InlineData(
        FilterExamples.April2025, "arm",
        "Cannot make a filter for Arm guests of it.\nIt has fixed counters at x86-fixed-counter, line 1, column 57, which Arm's PMU has not.\nArm's cycle counter is event 0x11.")]
    [InlineData(
        FilterExamples.SelectUmaskObject, "kvmtool",
        "Cannot make a filter for Arm guests of it.\n0x3c/0x00 at line 1, column 9 is no event of Arm.\nAn event of Arm is a raw code from 0 to 0xffff.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"x86-masked-entry","select":196,"mask":255,"match":0,"exclude":true}]}""", "arm",
        "Cannot make a filter for Arm guests of it.\nexclude 0xc4 umask & 0xff = 0x00 at events[0], line 1, column 67 is no event of Arm.\nAn event of Arm is a raw code from 0 to 0xffff.")]
    [InlineData(
        FilterExamples.RawObject + " -accel kvm,pmu-filter=e1", "arm",
        "Cannot make a filter for Arm guests of it.\nIt is for x86 guests: its codes are selects and umasks, and Arm's are event numbers.\nThe forms for x86 guests are objects, objects-json, qemu-2024-07, qemu-2025-01, qemu-2025-04, kernel.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","events":[{"action":"allow","format":"raw","code":"0x11"},{"action":"deny","format":"raw","code":"0x12"}]}""", "kernel",
        "Cannot make a filter for x86 guests of it.\nIts actions differ: allow for raw 0x11 (events[0], line 1, column 50), deny for raw 0x12 (events[1], line 1, column 98). KVM has one action for a whole filter of x86.\nGive all of them one action; Arm guests can have both.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","x86-fixed-counter":{"action":"deny","bitmap":"0x1"},"events":[{"action":"allow","format":"raw","code":"0x11"}]}""", "kernel",
        "Cannot make a filter for x86 guests of it.\nIts actions differ: deny for the fixed counters (x86-fixed-counter, line 1, column 40), allow for raw 0x11 (events[0], line 1, column 103). KVM has one action for a whole filter of x86.\nGive all of them one action; Arm guests can have both.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"deny","x86-fixed-counter":{"bitmap":"0x0"}}""", "qemu-2025-04",
        "Cannot write the filter as qemu-2025-04.\nIt lists no event and no fixed counter, which QEMU refuses as empty in that form.\nTo deny everything or allow everything, list something that no guest counts.")]
    public void What_cannot_be_translated_is_named(string text, string form, string message) =>
        Assert.Equal(message, Assert.Throws<PerfmonException>(() => FilterText.Read(text).To(FilterForm.Named(form))).Message);

    [Fact]
    public void A_unit_mask_of_16_bits_is_read_from_the_objects_and_refused_by_the_kernels_encoding()
    {
        var document = FilterText.Read("-object kvm-pmu-event,id=e0,action=allow,format=x86-default,select=0x3c,umask=0x100");
        Assert.Equal(new SelectUmaskEvent(0x3c, 0x100), document.Entries[0].Event);
        Assert.Contains("Umask 0x100 has more than the 8 bits of a unit mask.", Assert.Throws<PerfmonException>(document.ToX86).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Masked_entries_become_raw_ones_that_decide_alike()
    {
        var document = FilterText.Read(
            "-object kvm-pmu-event,id=i,action=allow,format=x86-masked-entry,select=0xd0,match=0,mask=0x7c,exclude=off "
            + "-object kvm-pmu-event,id=x,action=allow,format=x86-masked-entry,select=0xd0,match=0x83,mask=0xff,exclude=on");
        var raw = FilterText.Read(document.To(FilterForm.Named("qemu-2025-01"), raw: true).ToString()).ToX86();
        Assert.Equal(FilterEncoding.Raw, raw.Encoding);
        Assert.Equal([0x00, 0x01, 0x02, 0x03, 0x80, 0x81, 0x82], raw.Events.Select(one => one switch
        {
            SelectUmaskEvent plain => plain.Umask,
            RawEvent code => (int)(code.Code >> 8),
            _ => -1,
        }));
        for (var umask = 0; umask < 256; umask++)
        {
            var guestEvent = GuestEvent.Programmable(0xd0, (byte)umask);
            Assert.Equal(document.ToX86().Allows(guestEvent, CpuVendor.Intel), raw.Allows(guestEvent, CpuVendor.Intel));
        }
    }

    [Fact]
    public void Masked_entries_of_more_events_than_the_kernel_takes_stay_masked()
    {
        var entries = string.Join(' ', Enumerable.Range(0, 2).Select(select =>
            $"-object kvm-pmu-event,id=i{select},action=allow,format=x86-masked-entry,select={select},match=0,mask=0,exclude=off"));
        var e = Assert.Throws<PerfmonException>(() => FilterText.Read(entries).To(FilterForm.Named("qemu-2025-01"), raw: true));
        Assert.Equal(PerfmonReason.LimitReached, e.Reason);
        Assert.Contains("512", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whose_guests_a_filter_of_raw_codes_is_for_can_be_said()
    {
        var document = FilterText.Read(FilterExamples.RawObject);
        Assert.EndsWith("-accel kvm,pmu-filter=e1", document.To(FilterForm.Named("qemu-2025-04")).ToString(), StringComparison.Ordinal);
        Assert.EndsWith("-cpu host,pmu-filter=e1", document.To(FilterForm.Named("qemu-2025-04"), GuestArchitecture.Arm).ToString(), StringComparison.Ordinal);
        Assert.Equal("D:0x1-0x1", document.To(FilterForm.Named("kvmtool")).ToString());
    }

    [Fact]
    public void A_form_that_there_is_not_is_refused_with_those_there_are() => Assert.Equal(
        "There is no form 'qemu'.\nThe forms are objects, objects-json, qemu-2024-07, qemu-2025-01, qemu-2025-04, arm, kvmtool, kernel.",
        Assert.Throws<PerfmonException>(() => FilterForm.Named("qemu")).Message);
}
