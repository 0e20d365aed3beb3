using Perfmon.Diagnostics;
using Perfmon.Kvm.Forms;

namespace Perfmon.Tests.Kvm.Forms;

/// <summary>What is wrong with a text is said with the key, its place and what would be right.</summary>
public sealed class FormErrorTests
{
    private const string Keys = "The keys here are";

    [Theory]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","cod":"0xc4"}]}""",
        "the key 'cod' is unknown", "events[0].cod, line 1, column 83", $"{Keys} action, code, format. Did you mean 'code'?")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","acton":"allow","events":[]}""",
        "the key 'acton' is unknown", "acton, line 1, column 40", $"{Keys} action, events, id, qom-type, x86-fixed-counter. Did you mean 'action'?")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"fromat":"raw","code":"0xc4"}]}""",
        "the key 'fromat' is unknown", "events[0].fromat, line 1, column 68", $"{Keys} action, code, exclude, format, mask, match, select, umask. Did you mean 'format'?")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","code":1,"select":1}]}""",
        "the key 'select' is unknown", "events[0].select, line 1, column 92", $"{Keys} action, code, format.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"alow","events":[{"format":"raw","code":1}]}""",
        "action is 'alow'", "action, line 1, column 49", "It can be allow, deny. Did you mean 'allow'?")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"x86-masked","select":1}]}""",
        "events[0].format is 'x86-masked'", "events[0].format, line 1, column 77", "It can be raw, x86-default, x86-select-umask, x86-masked-entry.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw"}]}""",
        "the key 'code' is missing in events[0]", "events[0], line 1, column 67", "Add it: it has to be in each of these.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","action":"allow","events":[{"format":"raw","code":1}]}""",
        "the key 'id' is missing", "line 1, column 1", "Add it: it has to be in every such object.")]
    [InlineData(
        """{"id":"f0","action":"allow"}""",
        "the key 'qom-type' is missing", "line 1, column 1", "It is one of kvm-pmu-event, kvm-pmu-event-list, kvm-pmu-counter, kvm-pmu-filter.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filters","id":"f0"}""",
        "qom-type is 'kvm-pmu-filters'", "qom-type, line 1, column 13", "It can be kvm-pmu-event, kvm-pmu-event-list, kvm-pmu-counter, kvm-pmu-filter. Did you mean 'kvm-pmu-filter'?")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","events":[{"format":"raw","code":1}]}""",
        "the key 'action' is missing in events[0]", "events[0], line 1, column 50", "It stands in each event and in x86-fixed-counter, or once for the whole filter.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"action":"deny","format":"raw","code":1}]}""",
        "events[0].action is deny, and the action of the whole filter allow", "events[0].action, line 1, column 77", "Leave it out, or make them the same.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","action":"allow","events":[{"format":"raw","code":1}]}""",
        "the key 'action' stands twice", "action, line 1, column 57", "Leave one out: programs differ in which of them they take.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow"}""",
        "the filter is empty", "line 1, column 1", "QEMU refuses that: list an event or a fixed counter. No filter at all allows everything.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","x86-fixed-counter":0,"events":[]}""",
        "the filter is empty", "line 1, column 1", "QEMU refuses that: list an event or a fixed counter. No filter at all allows everything.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"0f","action":"allow","events":[{"format":"raw","code":1}]}""",
        "id is '0f'", "id, line 1, column 35", "QEMU's ids are a letter, then letters, digits, '-', '.' and '_'.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":{"format":"raw","code":1}}""",
        "events is an object", "events, line 1, column 66", "It is a list.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":["0xc4"]}""",
        "events[0] is the text '0xc4'", "events[0], line 1, column 67", "It is an object: an event.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","code":null}]}""",
        "events[0].code is null", "events[0].code, line 1, column 90", "It is a number, or a text with a decimal or hexadecimal one.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","code":-1}]}""",
        "events[0].code is '-1'", "events[0].code, line 1, column 90", "It is a number from 0 to 18446744073709551615 (0xffffffffffffffff), decimal or hexadecimal with 0x.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","code":"0xg"}]}""",
        "events[0].code is '0xg'", "events[0].code, line 1, column 90", "It is a number from 0 to 18446744073709551615 (0xffffffffffffffff), decimal or hexadecimal with 0x.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","code":"010"}]}""",
        "events[0].code is '010', which QEMU takes for an octal number", "events[0].code, line 1, column 90", "Write it without the leading 0, or hexadecimal with 0x.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"x86-default","select":"0x1000","umask":"0"}]}""",
        "events[0].select is '0x1000'", "events[0].select, line 1, column 100", "It is a number from 0 to 4095 (0xfff), decimal or hexadecimal with 0x.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"x86-select-umask","select":1,"umask":256}]}""",
        "events[0].umask is '256'", "events[0].umask, line 1, column 115", "It is a number from 0 to 255 (0xff), decimal or hexadecimal with 0x.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"x86-masked-entry","select":1,"match":256,"mask":1,"exclude":false}]}""",
        "events[0].match is '256'", "events[0].match, line 1, column 115", "It is a number from 0 to 255 (0xff), decimal or hexadecimal with 0x.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"x86-masked-entry","select":1,"match":1,"mask":1,"exclude":"true"}]}""",
        "events[0].exclude is the text 'true'", "events[0].exclude, line 1, column 136", "It is true or false, without quotes.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","x86-fixed-counter":4294967296}""",
        "x86-fixed-counter is '4294967296'", "x86-fixed-counter, line 1, column 77", "It is a number from 0 to 4294967295 (0xffffffff), decimal or hexadecimal with 0x.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","code":1},{"format":"x86-masked-entry","select":1,"match":1,"mask":1,"exclude":false}]}""",
        "raw 0x1 stands among masked entries", "events[0], line 1, column 67", "KVM has one encoding for a whole filter: make it a masked entry, as at events[1], line 1, column 93, or none.")]
    [InlineData(
        """{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","events":[{"format":"raw","code":0xc4}]}""",
        "JSON has no hexadecimal numbers", "line 1, column 91", "Put the number in quotes, \"0x3c\", or write it in decimal.")]
    [InlineData(
        """-object '{"qom-type":"kvm-pmu-event-list","id"="filter0"}'""",
        "JSON puts ':' between a key and its value", "line 1, column 47", "Write \"key\":value.")]
    [InlineData("{'qom-type':'kvm-pmu-filter\"'}", "a text in single quotes is not closed, or has quotes or backslashes in it", "line 1, column 13", "Write it in double quotes.")]
    [InlineData("{'qom-type':'kvm-pmu-filter', 'id':1, 'id':2}", "the key 'id' stands twice", "id, line 1, column 39", "Leave one out: programs differ in which of them they take.")]
    [InlineData("{\n\"qom-type\":\n", "the JSON ends before its object does", "line 3, column 1", "Close every quote, bracket and brace.")]
    [InlineData("{\n  \"qom-type\" \"kvm\"}", "'\"' does not belong there in JSON", "line 2, column 14", "Check the quotes, commas, brackets and braces before it.")]
    [InlineData("""{"a":"\ud800"}""", "a text has half of a surrogate pair", "line 1, column 6", "Write the character itself.")]
    [InlineData("{\"é\":1,\"é\":2}", "the key 'é' stands twice", "é, line 1, column 8", "Leave one out: programs differ in which of them they take.")]
    [InlineData(
        "-object kvm-pmu-event,id=e0,action=allow,format=x86-default,select=0x3c,umsk=0x00",
        "the key 'umsk' is unknown", "umsk, line 1, column 73", $"{Keys} action, format, id, qom-type, select, umask. Did you mean 'umask'?")]
    [InlineData(
        "-object kvm-pmu-event,id=e0,action=allow,format=x86-default,select=0x3c\n-object kvm-pmu-event,id=e1",
        "the key 'umask' is missing", "line 1, column 9", "Add it: it has to be in every such object.")]
    [InlineData(
        "-object kvm-pmu-event,id=e0,action=allow,format=raw,code=1 \\\n-object kvm-pmu-event,id=e0,action=allow,format=raw,code=2",
        "two objects have the id 'e0'", "id, line 2, column 26", "Give each its own.")]
    [InlineData(
        "-object kvm-pmu-event,id=e0,action=allow,action=deny,format=raw,code=1", "the key 'action' stands twice", "action, line 1, column 42", "Leave one out: programs differ in which of them they take.")]
    [InlineData("-object kvm-pmu-event,id,action=allow", "'id' has no value", "line 1, column 23", "Write key=value, and commas within a value twice.")]
    [InlineData("-object kvm-pmu-event,i..d=1", "'i..d' is no key", "line 1, column 23", "A key is names with dots between, such as events.0.format.")]
    [InlineData(
        "-object kvm-pmu-filter,id=f0,action=allow,events.0.format=raw,events.0.code=1,events.2.format=raw",
        "a list has 2 elements, but none of them has the number 1", "line 1, column 43", "Number its elements 0, 1, 2 and so on.")]
    [InlineData("-object kvm-pmu-counter,id=c,action=allow,type=fixed,bitmap=1", "type is 'fixed'", "type, line 1, column 48", "It can be x86-fixed.")]
    [InlineData(
        "-object kvm-pmu-event,id=e0,action=allow,format=x86-masked-entry,select=1,match=0,mask=0,exclude=1",
        "exclude is '1'", "exclude, line 1, column 98", "It can be on, true, yes, y, off, false, no, n.")]
    [InlineData("-object", "-object has no value", "line 1, column 1", "Write its value after it.")]
    [InlineData("-objct kvm-pmu-event,id=e0", "'-objct' is no option that a filter is written in", "line 1, column 1", "There are -object, -accel, -cpu, -machine; a whole command line begins with the program.")]
    [InlineData("-object 'kvm-pmu-event", "the quote ' is not closed", "line 1, column 9", "Close it.")]
    [InlineData(
        "-object kvm-pmu-event,id=e0,action=allow,format=raw,code=1 A:0x1-0x2", "two forms stand in one text", "line 1, column 60", "Give one filter at a time.")]
    [InlineData(
        """-object '{"qom-type":"kvm-pmu-filter","id":"f0","action":"allow","x86-fixed-counter":1}' -accel kvm,pmu-filter=f1""",
        "no object has the id 'f1'", "line 1, column 112", "The ids are those after \"id\": name one of them.")]
    [InlineData("A:0x11-0x11;B:0x1-0x2", "'B:0x1-0x2' is no range", "range 1, line 1, column 13", "A range is A:FIRST-LAST to allow or D:FIRST-LAST to deny, as in A:0x23-0x3a; ';' stands between ranges for QEMU, ',' for kvmtool.")]
    [InlineData("A:0x11", "'A:0x11' is no range", "range 0, line 1, column 1", "A range is A:FIRST-LAST to allow or D:FIRST-LAST to deny, as in A:0x23-0x3a; ';' stands between ranges for QEMU, ',' for kvmtool.")]
    [InlineData("A:0x12-0x11", "'A:0x12-0x11' ends before it begins", "range 0, line 1, column 1", "Write the lower event first.")]
    [InlineData("A:0x0-0xffff", "'A:0x0-0xffff' has 65536 events", "range 0, line 1, column 1", "KVM counts the events of a range in 16 bits: write two ranges.")]
    [InlineData("A:0x0-0x10000", "'0x10000' is no event number", "range 0, line 1, column 7", "It is hexadecimal, from 0x0 to 0xffff.")]
    [InlineData("D:17-17", "'17' is hexadecimal to QEMU, without saying so", "range 0, line 1, column 3", "Write 0x17, or 0x11 if decimal was meant.")]
    [InlineData("-cpu host,kvm-pmu-filter=A:0x1-0x2,D:0x3-0x4", "a comma ends the property before the last range", "line 1, column 36", "QEMU's property has ';' between ranges; a comma is kvmtool's.")]
    public void A_malformed_text_is_refused(string text, string what, string place, string cure)
    {
        var e = Assert.Throws<PerfmonException>(() => FilterText.Read(text));
        Assert.Equal($"Cannot read the filter: {what}.\nIt stands at {place}.\n{cure}", e.Message);
        Assert.Equal(PerfmonReason.InvalidRequest, e.Reason);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData(" \n\t", "it is empty")]
    [InlineData("-accel kvm,pmu-filter=f0", "there is none in it")]
    [InlineData("qemu-system-x86_64 -accel kvm", "there is none in it")]
    [InlineData("hello", "no form begins with 'hello'")]
    [InlineData("[]", "no form begins with '[]'")]
    [InlineData("deadbeef", "no form begins with 'deadbeef'")]
    public void What_is_no_filter_is_said_to_be_none(string text, string what) =>
        Assert.StartsWith($"Cannot read the filter: {what}.\n", Assert.Throws<PerfmonException>(() => FilterText.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_beyond_all_filters_is_refused_before_it_is_read()
    {
        var e = Assert.Throws<PerfmonException>(() => FilterText.Read(new string('{', (1 << 20) + 1)));
        Assert.StartsWith("Cannot read the filter: it has 1048577 characters.\n", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        foreach (var text in new[]
        {
            string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
            $"{{\"qom-type\":\"kvm-pmu-filter\",\"events\":{new string('[', 100_000)}",
            $"-object kvm-pmu-filter,{string.Join('.', Enumerable.Repeat("a", 100_000))}=1",
        })
        {
            Assert.StartsWith("Cannot read the filter: ", Assert.Throws<PerfmonException>(() => FilterText.Read(text)).Message, StringComparison.Ordinal);
        }
    }
}
