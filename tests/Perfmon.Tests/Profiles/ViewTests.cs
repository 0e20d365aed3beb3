using Perfmon.Profiles;
using static Perfmon.Tests.Profiles.TestSample;

namespace Perfmon.Tests.Profiles;

/// <summary>Tables and trees of a profile that can be added up by hand.</summary>
public sealed class ViewTests
{
    private static readonly Profile s_profile = Samples.Profile(
        Samples.TwoEvents,
        new TestSample(0, 7, 7, "app", 1, 40, User("fib", 1), User("fib", 2), User("main")),
        new TestSample(0, 7, 7, "app", 2, 20, User("fib", 3), User("main")),
        new TestSample(0, 7, 8, "worker", 3, 25, Kernel("page_fault"), User("fib", 1), User("main")),
        new TestSample(0, 7, 8, "worker", 4, 10, User("main")),
        new TestSample(0, 7, 8, "worker", 5, 5),
        new TestSample(1, 7, 8, "worker", 5, 1000, Kernel("other event"), User("main")));

    [Fact]
    public void Recursion_counts_once_in_total() => Assert.Equal(
        ["fib 60 2 85 3", "page_fault 25 1 25 1", "main 10 1 95 4", "[no stack] 5 1 5 1"],
        Rows(FlatView.Of(s_profile)));

    [Theory]
    [InlineData(FlatKey.Module, "/bin/app 70 3 95 4", "[kernel.kallsyms] 25 1 25 1", "[no stack] 5 1 5 1")]
    [InlineData(FlatKey.Comm, "app 60 2 60 2", "worker 40 3 40 3")]
    [InlineData(FlatKey.Thread, "app (7) 60 2 60 2", "worker (7/8) 40 3 40 3")]
    public void A_table_can_be_of_other_things(FlatKey key, params string[] rows) => Assert.Equal(rows, Rows(FlatView.Of(s_profile, 0, key)));

    [Fact]
    public void Shares_are_of_the_threads_that_were_asked_for()
    {
        var view = FlatView.Of(s_profile, threads: thread => thread.ThreadId == 8);
        Assert.Equal(new EventTotal(40, 3), view.Total);
        Assert.Equal(["page_fault 0.625 0.625", "main 0.25 0.875", "[no stack] 0.125 0.125", "fib 0 0.625"], view.Rows.Select(row => $"{row.Name} {row.SelfShare} {row.TotalShare}"));
    }

    [Fact]
    public void What_is_too_small_for_a_row_is_omitted_and_said()
    {
        var view = FlatView.Of(s_profile, minShare: 0.26);
        Assert.Equal(["fib 60 2 85 3", "main 10 1 95 4"], Rows(view));
        Assert.Equal(new EventTotal(30, 2), view.Omitted);
    }

    [Fact]
    public void A_tree_goes_from_the_outermost_function_in() => Assert.Equal(
        [
            " 100 5",
            ". main 95 10",
            ".. fib 85 20",
            "... fib 40 40",
            "... page_fault 25 25",
        ],
        Nodes(CallTree.Of(s_profile)));

    [Fact]
    public void An_inverted_tree_goes_from_the_innermost_out() => Assert.Equal(
        [
            " 100 5",
            ". fib 60 0",
            ".. fib 40 0",
            "... main 40 40",
            ".. main 20 20",
            ". page_fault 25 0",
            ".. fib 25 0",
            "... main 25 25",
            ". main 10 10",
        ],
        Nodes(CallTree.Of(s_profile, inverted: true)));

    [Theory]
    [InlineData(0.3, int.MaxValue, " 100 5 0|. main 95 10 0|.. fib 85 20 25|... fib 40 40 0")]
    [InlineData(0, 1, " 100 5 0|. main 95 10 85")]
    [InlineData(0, 0, " 100 5 95")]
    [InlineData(1, int.MaxValue, " 100 5 95")]
    public void What_is_left_out_of_a_tree_is_said_where_it_was(double minShare, int maxDepth, string nodes) => Assert.Equal(
        nodes.Split('|'),
        CallTree.Of(s_profile, limits: new CallTreeLimits(minShare, maxDepth)).DepthFirst().Select(node => $"{Text(node)} {node.Omitted.Weight}"));

    [Fact]
    public void Functions_of_one_name_in_two_modules_are_two()
    {
        var profile = Samples.Profile(
            Samples.OneEvent, new TestSample(0, 1, 1, "a", 0, 1, User("f")), new TestSample(0, 1, 1, "a", 0, 1, Kernel("f")));
        Assert.Equal(2, FlatView.Of(profile).Rows.Count);
        Assert.Equal(2, CallTree.Of(profile).Root.Children.Count);
    }

    [Fact]
    public void Samples_of_no_weight_have_no_share()
    {
        var profile = Samples.Profile(Samples.OneEvent, new TestSample(0, 1, 1, "a", 0, 0, User("f")));
        Assert.Equal(["f 0 1 0 1"], Rows(FlatView.Of(profile)));
        Assert.Equal(0, CallTree.Of(profile).Root.Children.Single().Share);
    }

    private static IEnumerable<string> Rows(FlatView view) =>
        view.Rows.Select(row => $"{row.Name} {row.Self.Weight} {row.Self.Samples} {row.Total.Weight} {row.Total.Samples}");

    private static IEnumerable<string> Nodes(CallTree tree) => tree.DepthFirst().Select(Text);

    private static string Text(CallTreeNode node) =>
        $"{new string('.', node.Depth)} {(node.Depth == 0 ? "" : node.Function.Label + " ")}{node.Total.Weight} {node.Self.Weight}";
}
