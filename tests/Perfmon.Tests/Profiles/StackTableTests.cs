using Perfmon.Profiles;
using Perfmon.Symbols;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

public sealed class StackTableTests
{
    [Fact]
    public void The_empty_stack_is_node_0()
    {
        var stacks = new StackTable();
        Assert.Equal(StackTable.Empty, stacks.Add([]));
        Assert.Equal((1, -1, -1), (stacks.NodeCount, stacks.Caller(0), stacks.Frame(0)));
    }

    [Fact]
    public void Stacks_share_what_their_outer_frames_have_in_common()
    {
        var stacks = new StackTable();
        var first = stacks.Add([User("c"), User("b"), User("a")]);
        var second = stacks.Add([User("d"), User("b"), User("a")]);

        Assert.Equal((3, 4), (first, second));
        Assert.Equal(2, stacks.Add([User("b"), User("a")]));
        Assert.Equal(stacks.Caller(first), stacks.Caller(second));
        Assert.Equal(5, stacks.NodeCount);
        var frames = new List<int>();
        stacks.CopyTo(second, frames);
        Assert.Equal(["d", "b", "a"], frames.Select(frame => stacks.Frames[frame].Function));
    }

    [Fact]
    public void Recursion_goes_down_level_by_level()
    {
        var stacks = new StackTable();
        Assert.Equal(3, stacks.Add([User("a"), User("a"), User("a")]));
        Assert.Single(stacks.Frames);
    }

    [Theory]
    [InlineData(FrameDetail.Function, 3)]
    [InlineData(FrameDetail.Line, 4)]
    [InlineData(FrameDetail.Address, 5)]
    public void Frames_are_told_apart_by_the_detail_that_was_asked_for(FrameDetail detail, int frames)
    {
        var stacks = new StackTable(detail);
        stacks.Add([new ProfileFrame("a", "m", FrameKind.User, 1, false, "a.c", 1)]);
        stacks.Add([new ProfileFrame("a", "m", FrameKind.User, 2, false, "a.c", 1)]);
        stacks.Add([new ProfileFrame("a", "m", FrameKind.User, 2, false, "a.c", 2)]);
        stacks.Add([new ProfileFrame("a", "m", FrameKind.User, 2, true, "a.c", 2)]);
        stacks.Add([new ProfileFrame("a", "n", FrameKind.User, 2, true, "a.c", 2)]);

        Assert.Equal(frames, stacks.Frames.Count);
        Assert.Equal(detail == FrameDetail.Address ? 1UL : 0, stacks.Frames[0].Address);
        Assert.Equal(detail == FrameDetail.Function ? 0 : 1, stacks.Frames[0].Line);
    }

    [Fact]
    public void A_frame_that_was_never_set_is_an_unresolved_one()
    {
        var stacks = new StackTable();
        Assert.Equal(stacks.Add([new ProfileFrame("", "", FrameKind.Unknown)]), stacks.Add([default]));
        Assert.Equal("[unknown]", stacks.Frames[0].Of.Label);
    }

    [Theory]
    [InlineData("main", "/bin/app", "main")]
    [InlineData("", "/usr/lib/libc.so.6", "[libc.so.6]")]
    [InlineData("", "[vdso]", "[vdso]")]
    [InlineData("", "", "[unknown]")]
    public void What_is_not_resolved_is_called_by_its_module(string name, string module, string label) =>
        Assert.Equal(label, new ProfileFunction(name, module, FrameKind.User).Label);
}
