using Perfmon.Diagnostics;
using Perfmon.Events;
using Perfmon.Registers;
using Perfmon.Tests.Host;

namespace Perfmon.Tests.Events;

public sealed class ProbeTests(ServerMachine machine) : EventTestBase(machine), IClassFixture<ServerMachine>
{
    [Theory]
    [InlineData("kprobe/func=do_sys_open/", "do_sys_open", 0ul, 0ul)]
    [InlineData("kprobe/func=do_sys_open,offset=0x10/", "do_sys_open", 0ul, 16ul)]
    [InlineData("kprobe/func=do_sys_open,retprobe/", "do_sys_open", 1ul, 0ul)]
    [InlineData("kprobe/func=do_sys_open,retprobe=0/", "do_sys_open", 0ul, 0ul)]
    [InlineData("kprobe/addr=0xffffffff81000000/", null, 0ul, 0xffffffff81000000ul)]
    [InlineData("uprobe/path=/bin/x,offset=0x4f0/", "/bin/x", 0ul, 0x4f0ul)]
    [InlineData("uprobe/offset=0,path=/usr/lib/u/", "/usr/lib/u", 0ul, 0ul)]
    [InlineData("uprobe/offset=4,path=/usr/lib/u/:u", "/usr/lib/u", 0ul, 4ul)]
    [InlineData("uprobe/path=/usr/lib/u,offset=4/", "/usr/lib/u", 0ul, 4ul)]
    [InlineData("uprobe/path='/tmp/a, b/c:d',offset=4,retprobe/", "/tmp/a, b/c:d", 1ul, 4ul)]
    [InlineData("uprobe/path=/bin/x,offset=1,retprobe,ref_ctr_offset=0x20/", "/bin/x", 0x20_00000001ul, 1ul)]
    public void Encodes(string text, string? value, ulong config, ulong config2)
    {
        var request = ParseOne(text);
        Assert.Equal(value, request.Text?.Value);
        var type = text[0] == 'k' ? 6u : 7u;
        Assert.Equal(
            new EventSelection { Type = type, Config = config, Config2 = config2 },
            request.Selection with { Exclude = Exclusions.None });
    }

    [Theory]
    [InlineData("kprobe/offset=1/", "^^^^^^^^^^^^^^^^", "'func' is missing: kprobe/func=NAME")]
    [InlineData("kprobe//", "^^^^^^^^", "'func' is missing")]
    [InlineData("kprobe/func=f,addr=1/", "^^^^^^^^^^^^^^^^^^^^^", "either 'func' or 'addr'")]
    [InlineData("kprobe/addr=1,offset=1/", "^^^^^^^^^^^^^^^^^^^^^^^", "'offset' counts from 'func'")]
    [InlineData("kprobe/func=f,func=g/", "              ^^^^", "'func' is given twice")]
    [InlineData("kprobe/func/", "       ^^^^", "'func' needs a text")]
    [InlineData("kprobe/func=/", "       ^^^^", "'func' needs a text")]
    [InlineData("kprobe/func='a\0b'/", "             ^^^", "'func' needs a text")]
    [InlineData("kprobe/func=f,offset=x/", "                     ^", "'offset' needs a number")]
    [InlineData("kprobe/func=f,offset/", "              ^^^^^^", "'offset' needs a number")]
    [InlineData("kprobe/func=f,retprobe=2/", "                       ^", "'2' is too large for 'retprobe', which has 1 bit")]
    [InlineData("kprobe/func=f,ref_ctr_offset=1/", "              ^^^^^^^^^^^^^^", "no term 'ref_ctr_offset'")]
    [InlineData("kprobe/func=f,config=1/", "              ^^^^^^", "its terms are func, offset, addr, retprobe")]
    [InlineData("uprobe/path=/bin/x/", "^^^^^^^^^^^^^^^^^^^", "'offset' is missing")]
    [InlineData("uprobe/offset=1/", "^^^^^^^^^^^^^^^^", "'path' is missing")]
    [InlineData("uprobe/path=/bin/x,addr=1/", "                   ^^^^", "no term 'addr'")]
    [InlineData("uprobe/path=/bin/x,offset=1,ref_ctr_offset=0x100000000/", "                                           ^^^^^^^^^^^", "which has 32 bits")]
    [InlineData("uprobe/path=/bin/x", "      ^", "no closing '/'")]
    [InlineData("uprobe/path=/bin/u,offset=1", "      ^", "no closing '/'")]
    public void Refuses(string text, string carets, string message) => Refuse(text, carets, message);

    [Fact]
    public void Suggests_a_term() =>
        Assert.Equal("retprobe", Refuse("kprobe/func=f,retprob/", "              ^^^^^^^", "no term").Suggestion);

    [Fact]
    public void Says_what_the_kernel_lacks()
    {
        using var bare = new FakeHost();
        var error = EventParser.Parse("cs,kprobe/func=f/", bare.Read()).Error!;
        Assert.Equal("this kernel has no PMU 'kprobe': it is built without CONFIG_KPROBE_EVENTS", error.Message);
        Assert.Equal((3, 6, PerfmonReason.NotSupported), (error.Position, error.Length, error.Reason));
    }
}
