using System.Text;
using Perfmon.Profiles;
using Perfmon.Symbols;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

public sealed class FlameGraphTests
{
    private static readonly TestSample[] s_samples =
    [
        new(0, 7, 7, "app", 1, 60, User("fib", 1), User("main")),
        new(0, 7, 7, "app", 2, 30, Kernel("fault"), User("main")),
        new(0, 7, 8, "app", 3, 9, new("a", "", FrameKind.User, IsInlined: true), User("main")),
        new(0, 7, 9, "z", 4, 1, new ProfileFrame("a", "", FrameKind.Jit)),
        new(1, 7, 9, "z", 4, 1, User("another event")),
    ];

    [Fact]
    public void The_page_has_the_tree_with_callers_first_and_names_in_order() => Assert.Equal(
        """
        {"title":"app --fast","event":"task-clock","unit":"ns","weight":100,"samples":4,"losses":"3 lost samples",
        "nodes":[1,0,1,7,99,0,2,2,3,0,99,0,3,4,1,6,9,9,3,5,6,1,30,30,3,7,3,0,60,60,1,8,1,7,1,0,2,4,1,2,1,1],
        "strings":["app","","main","/bin/app","a","fault","[kernel.kallsyms]","fib","z"]}
        """.ReplaceLineEndings(""),
        ProfileReaders.FlameData(Write(s_samples, 0)).GetRawText());

    [Fact]
    public void What_is_too_narrow_stays_in_its_callers_width() => Assert.Equal(
        "[1,0,1,7,99,0,2,2,3,0,99,0,3,4,5,1,30,30,3,6,3,0,60,60]", ProfileReaders.FlameData(Write(s_samples, 0.1)).GetProperty("nodes").GetRawText());

    [Fact]
    public void No_name_can_leave_its_place()
    {
        const string name = "</script><script>alert(1)</script><!-- & \" ' \u2028 {{data}} {{title}}";
        var description = Samples.OneEvent with { Title = name };
        var plain = Encoding.UTF8.GetString(Samples.Export(output => new FlameGraphExporter(output, Samples.OneEvent), []));
        var file = Samples.Export(output => new FlameGraphExporter(output, description), [new TestSample(0, 7, 7, name, 1, 1, User(name))]);
        var page = Encoding.UTF8.GetString(file);

        Assert.Equal(plain.Split('<').Length, page.Split('<').Length);
        Assert.Equal(plain.Split('>').Length, page.Split('>').Length);
        Assert.Equal([name, ""], ProfileReaders.FlameData(file).GetProperty("strings").EnumerateArray().Select(text => text.GetString()).Take(2));
        Assert.Equal(name, ProfileReaders.FlameData(file).GetProperty("title").GetString());
    }

    [Fact]
    public void The_page_needs_nothing_else()
    {
        var page = Encoding.UTF8.GetString(Write(s_samples, 0));
        Assert.DoesNotContain("http", page);
        Assert.DoesNotContain("src=", page);
        Assert.DoesNotContain("@import", page);
        Assert.DoesNotContain("url(", page);
    }

    private static byte[] Write(TestSample[] samples, double minShare) => Samples.Export(
        output => new FlameGraphExporter(output, Samples.TwoEvents, 0, minShare), samples, new ProfileLosses { LostSamples = 3 });
}
