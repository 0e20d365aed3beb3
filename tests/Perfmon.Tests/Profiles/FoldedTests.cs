using System.Text;
using Perfmon.Profiles;
using Perfmon.Symbols;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

public sealed class FoldedTests
{
    [Fact]
    public void A_line_is_a_stack_and_its_weight() => Assert.Equal(
        """
        app 4
        app;main 3
        app;main;fib 12
        app;main;fib;fib 1
        sh;[libc.so.6];[unknown] 5

        """,
        Write(
            new TestSample(0, 7, 7, "app", 1, 5, User("fib", 1), User("main")),
            new TestSample(0, 7, 8, "app", 2, 7, User("fib", 2), User("main", 3)),
            new TestSample(0, 7, 7, "app", 3, 1, User("fib"), User("fib"), User("main")),
            new TestSample(0, 7, 7, "app", 3, 3, User("main")),
            new TestSample(0, 7, 7, "app", 3, 4),
            new TestSample(0, 7, 7, "app", 3, 0, User("without weight")),
            new TestSample(1, 7, 7, "app", 3, 9, User("another event")),
            new TestSample(0, 9, 9, "sh", 3, 5, default, new ProfileFrame("", "/usr/lib/libc.so.6", FrameKind.User))));

    [Fact]
    public void What_would_break_a_line_is_replaced() => Assert.Equal(
        "a:b;f(int: char) \"x\";größe two lines <&> 1\n",
        Write(new TestSample(0, 7, 7, "a;b", 1, 1, User("größe two\nlines <&>"), User("f(int; char) \"x\""))));

    [Fact]
    public void Frames_can_be_marked_by_their_kind()
    {
        var file = Samples.Export(output => new FoldedExporter(output, Samples.OneEvent, annotate: true), [
            new TestSample(0, 7, 7, "app", 1, 1, Kernel("k"), new("j", "", FrameKind.Jit), new("i", "", FrameKind.User, IsInlined: true), User("u")),
        ]);
        Assert.Equal("app;u;i_[i];j_[j];k_[k] 1\n", Encoding.UTF8.GetString(file));
    }

    [Fact]
    public void Nothing_gives_nothing() => Assert.Equal("", Write());

    [Fact]
    public void The_sums_come_back_with_what_was_lost()
    {
        using var exporter = new FoldedExporter(new MemoryStream(), Samples.OneEvent);
        exporter.Add(new TestSample(0, 7, 7, "app", 5, 3, User("")).Sample);
        var totals = exporter.Complete(new ProfileLosses { LostSamples = 2 });
        Assert.Equal([new(3, 1)], totals.Events);
        Assert.Equal("2 lost samples, 1 unresolved frame", totals.Losses.ToString());
    }

    private static string Write(params TestSample[] samples) =>
        Encoding.UTF8.GetString(Samples.Export(output => new FoldedExporter(output, Samples.TwoEvents), samples));
}
