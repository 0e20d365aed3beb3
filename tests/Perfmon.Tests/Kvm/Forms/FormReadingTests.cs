using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms;

namespace Perfmon.Tests.Kvm.Forms;

/// <summary>Each form is known by itself, and says what its proposal says.</summary>
public sealed class FormReadingTests
{
    [Fact]
    public void Objects_as_property_lists()
    {
        var document = FilterText.Read($"{FilterExamples.SelectUmaskObject} {FilterExamples.CounterObject}");
        Assert.Equal(("objects", "e0", GuestArchitecture.X86), (document.Form.Name, document.Id, document.Guest!.Value));
        Assert.Equal(PmuEventFilter.Create(FilterAction.Allow, [new SelectUmaskEvent(0x3c, 0)], 0xffff0000), document.ToX86());
        Assert.Equal(new TextPlace(1, 9, ""), document.Entries[0].Place);
    }

    [Fact]
    public void Objects_of_raw_codes_are_for_either_guest()
    {
        var document = FilterText.Read(FilterExamples.RawObject);
        Assert.Null(document.Guest);
        Assert.Equal(PmuEventFilter.Create(FilterAction.Deny, [new RawEvent(1)]), document.ToX86());
        Assert.Equal(ArmEventFilter.Create([new ArmEventRange(FilterAction.Deny, 1, 1)]), document.ToArm());
    }

    [Theory]
    [InlineData("-accel kvm,pmu-filter=e1", GuestArchitecture.X86)]
    [InlineData("-cpu host,pmu=on,pmu-filter=e1", GuestArchitecture.Arm)]
    public void The_option_that_uses_a_filter_says_whose_guests_it_is_for(string use, GuestArchitecture guest) =>
        Assert.Equal(guest, FilterText.Read($"{FilterExamples.RawObject} {use}").Guest);

    // The proposal's text breaks lines so, with an indent that a shell would take for the end of the word.
    [Fact]
    public void A_line_may_end_after_a_comma() => Assert.Equal(
        PmuEventFilter.Create(FilterAction.Allow, [new SelectUmaskEvent(0x3c, 0)]),
        FilterText.Read("-object kvm-pmu-event,id=e0,action=allow,format=x86-default,\\\n              select=0x3c,umask=0x00").ToX86());

    [Fact]
    public void An_event_list_has_one_format()
    {
        var document = FilterText.Read(
            """{"qom-type":"kvm-pmu-event-list","id":"filter0","action":"allow","format":"x86-default","events":[{"select":"0x3c","umask":"0x00"},{"select":"0x2e","umask":"0x4f"}]}""");
        Assert.Equal("objects-json", document.Form.Name);
        Assert.Equal(PmuEventFilter.Create(FilterAction.Allow, [new SelectUmaskEvent(0x3c, 0), new SelectUmaskEvent(0x2e, 0x4f)]), document.ToX86());
    }

    [Fact]
    public void Lists_events_and_a_counter_are_one_filter()
    {
        var document = FilterText.Read(
            """
            -object '{"qom-type":"kvm-pmu-event-list","id":"l","action":"deny","format":"raw","events":[{"code":"0x02"},{"code":3}]}' \
            -object '{"qom-type":"kvm-pmu-event","id":"e","action":"deny","format":"x86-default","select":"0x1c4","umask":"0x20"}' \
            -object '{"qom-type":"kvm-pmu-counter","id":"c","action":"deny","type":"x86-fixed","bitmap":"0x7"}'
            """);
        Assert.Equal("objects-json", document.Form.Name);
        Assert.Equal(PmuEventFilter.Create(FilterAction.Deny, [new RawEvent(2), new RawEvent(3), new SelectUmaskEvent(0x1c4, 0x20)], 7), document.ToX86());
        Assert.Equal("events[1], line 1, column 109", $"{document.Entries[1].Place}");
        Assert.Equal(2, document.Entries[2].Place.Line);
    }

    [Theory]
    [InlineData(FilterExamples.July2024, "qemu-2024-07", 1)]
    [InlineData(FilterExamples.January2025, "qemu-2025-01", 2)]
    [InlineData(FilterExamples.April2025, "qemu-2025-04", 2)]
    public void The_one_object(string text, string form, int events)
    {
        var document = FilterText.Read(text);
        Assert.Equal((form, "f0", GuestArchitecture.X86), (document.Form.Name, document.Id, document.Guest!.Value));
        MaskedEvent[] expected = [new(0xc4, 0, 0xff, true), new(0xc5, 0, 0xff, true)];
        Assert.Equal(PmuEventFilter.Create(FilterAction.Allow, expected.Take(events)), document.ToX86());
        Assert.Empty(document.Notes);
    }

    [Theory]
    [InlineData(FilterExamples.July2024)]
    [InlineData(FilterExamples.January2025)]
    [InlineData(FilterExamples.April2025)]
    public void A_command_line_as_people_paste_it(string text)
    {
        var filter = FilterText.Read(text).ToX86();
        foreach (var line in new[]
        {
            $"-accel kvm,pmu-filter=f0 -object '{text}'",
            $"-accel kvm,pmu-filter=f0 \\\n  -object '{text}'\n",
            $"--object {text}",
            text.Replace('"', '\''),
            $"-object \"{text.Replace('"', '\'')}\"",
            $"-object \"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
            $"qemu-system-x86_64 -m 1G -machine q35 -object memory-backend-ram,id=m,size=1G,share -object '{text}' -accel kvm,pmu-filter=f0 -cpu host,-x2apic -display none",
            $"-object '{text}' -object '{text.Replace("\"f0\"", "\"f1\"", StringComparison.Ordinal).Replace("true", "false", StringComparison.Ordinal)}' -accel kvm,pmu-filter=f0",
        })
        {
            Assert.Equal(filter, FilterText.Read(line).ToX86());
        }
    }

    // The cover letters of the first two proposals have it so; QEMU has not.
    [Fact]
    public void A_name_before_the_JSON_is_noted()
    {
        var document = FilterText.Read($"-accel kvm,pmu-filter=f0 \\\n-object pmu='{FilterExamples.January2025}'");
        Assert.Equal("qemu-2025-01", document.Form.Name);
        Assert.Equal(["QEMU takes -object '{…}' without pmu= before it."], document.Notes);
    }

    [Fact]
    public void The_one_object_as_a_property_list() => Assert.Equal(
        PmuEventFilter.Create(FilterAction.Deny, [new MaskedEvent(0xd0, 0, 0x7c), new MaskedEvent(0xd0, 0x83, 0xff, true)], 3),
        FilterText.Read(
            "-object kvm-pmu-filter,id=f0,action=deny,x86-fixed-counter=3,"
            + "events.0.format=x86-masked-entry,events.0.select=0xd0,events.0.match=0,events.0.mask=0x7c,events.0.exclude=off,"
            + "events.1.format=x86-masked-entry,events.1.select=208,events.1.match=0x83,events.1.mask=0xff,events.1.exclude=on").ToX86());

    [Theory]
    [InlineData(FilterExamples.ArmProperty)]
    [InlineData("kvm-pmu-filter=\"A:0x11-0x11;A:0x23-0x3a;D:0x30-0x30\"")]
    [InlineData("-cpu host,kvm-pmu-filter=\"A:0x11-0x11;A:0x23-0x3a;D:0x30-0x30\"")]
    [InlineData("qemu-system-aarch64 -accel kvm -cpu host,kvm-pmu-filter='A:0x11-0x11;A:0x23-0x3a;D:0x30-0x30',pmu=on -smp 2")]
    [InlineData("-accel kvm,pmu-filter='A:0x11-0x11;A:0x23-0x3a;D:0x30-0x30'")]
    public void Ranges_of_Arm(string text)
    {
        var document = FilterText.Read(text);
        Assert.Equal(("arm", GuestArchitecture.Arm), (document.Form.Name, document.Guest!.Value));
        Assert.Equal(ArmRanges(), document.ToArm());
    }

    [Fact]
    public void Ranges_of_kvmtool()
    {
        var document = FilterText.Read("A:0x11-0x11,A:0x23-0x3a,D:0x30-0x30");
        Assert.Equal("kvmtool", document.Form.Name);
        Assert.Equal(ArmRanges(), document.ToArm());
        Assert.Equal("range 2, line 1, column 25", $"{document.Ranges[2].Place}");
    }

    [Theory]
    [InlineData("00000000 02000000 01000000 00000000 00000000000000000000000000000000 c420000000000000 c420000001000000")]
    [InlineData("0000000002000000010000000000000000000000000000000000000000000000\nC420000000000000\nC420000001000000\n")]
    public void Bytes_of_the_kernel(string text)
    {
        var document = FilterText.Read(text);
        Assert.Equal("kernel", document.Form.Name);
        Assert.Equal(PmuEventFilter.Create(FilterAction.Allow, [new RawEvent(0x20c4), new RawEvent(0x1000020c4)], 1), document.ToX86());
    }

    [Theory]
    [InlineData("\"0xc4\"", 0xc4)]
    [InlineData("\"0XC4\"", 0xc4)]
    [InlineData("\"196\"", 196)]
    [InlineData("196", 196)]
    [InlineData("\"00\"", 0)]
    [InlineData("\"07\"", 7)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("\"0xffffffffffffffff\"", ulong.MaxValue)]
    public void Numbers_are_decimal_or_hexadecimal(string number, ulong code) => Assert.Equal(
        new RawEvent(code),
        FilterText.Read($$"""{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","code":{{number}}}]}""").Entries[0].Event);

    [Theory]
    [InlineData("""{"qom-type":"kvm-pmu-filter","id":"f","action":"deny","events":[{"format":"raw","code":"1"}]}""", "qemu-2025-01")]
    [InlineData("""{"qom-type":"kvm-pmu-filter","id":"f","action":"deny","events":[{"format":"raw","code":1}]}""", "qemu-2025-04")]
    [InlineData("""{"qom-type":"kvm-pmu-filter","id":"f","action":"deny","events":[{"format":"x86-select-umask","select":"1","umask":"1"}]}""", "qemu-2025-04")]
    [InlineData("""{"qom-type":"kvm-pmu-filter","id":"f","action":"deny","x86-fixed-counter":"0x7"}""", "qemu-2025-04")]
    [InlineData("""{"qom-type":"kvm-pmu-filter","id":"f","action":"deny","x86-fixed-counter":{"bitmap":"0x7"}}""", "qemu-2025-01")]
    [InlineData("""{"qom-type":"kvm-pmu-filter","id":"f","x86-fixed-counter":{"action":"deny","bitmap":"0x7"}}""", "qemu-2024-07")]
    [InlineData("""{"qom-type":"kvm-pmu-filter","id":"f","action":"deny","events":[{"action":"deny","format":"raw","code":"1"}]}""", "qemu-2025-01")]
    public void What_tells_the_forms_of_the_one_object_apart(string text, string form) => Assert.Equal(form, FilterText.Read(text).Form.Name);

    [Fact]
    public void What_the_kernel_drops_is_noted_and_kept()
    {
        var document = FilterText.Read("-object kvm-pmu-event,id=e0,action=allow,format=raw,code=0x5300c0");
        Assert.Equal(["raw 0x5300c0 (line 1, column 9) has bits that are neither select nor umask: KVM takes the filter of an x86 guest and drops the entry."], document.Notes);
        Assert.Equal([new RawEvent(0x5300c0)], document.ToX86().Events);
    }

    [Fact]
    public void Actions_of_events_become_ranges_of_Arm()
    {
        var document = FilterText.Read(
            "-object kvm-pmu-event,id=a,action=allow,format=raw,code=0x11 -object kvm-pmu-event,id=b,action=allow,format=raw,code=0x12 "
            + "-object kvm-pmu-event,id=c,action=deny,format=raw,code=0x13 -object kvm-pmu-event,id=d,action=deny,format=raw,code=0x11");
        Assert.Equal(
            ArmEventFilter.Create([new(FilterAction.Allow, 0x11, 0x12), new(FilterAction.Deny, 0x13, 0x13), new(FilterAction.Deny, 0x11, 0x11)]), document.ToArm());
    }

    private static ArmEventFilter ArmRanges() =>
        ArmEventFilter.Create([new(FilterAction.Allow, 0x11, 0x11), new(FilterAction.Allow, 0x23, 0x3a), new(FilterAction.Deny, 0x30, 0x30)]);
}
