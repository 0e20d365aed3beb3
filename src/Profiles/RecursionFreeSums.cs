namespace Perfmon.Profiles;

/// <summary>
/// What each group of frames has of itself, and in total: a sample counts once in a group's total, however many of its frames are in the group.
/// In one walk over the tree, whatever the depth: a subtree counts where its group is met first on the way in.
/// </summary>
internal sealed class RecursionFreeSums
{
    public RecursionFreeSums(StackTable stacks, int[] groupOfFrame, int groups, EventTotal[] self)
    {
        var tree = new StackTree(stacks, self);
        var open = new int[groups];
        Self = new EventTotal[groups];
        Total = new EventTotal[groups];
        for (var node = tree.FirstChild(StackTable.Empty); node != StackTable.Empty;)
        {
            var group = groupOfFrame[stacks.Frame(node)];
            Self[group] += self[node];
            if (open[group]++ == 0)
            {
                Total[group] += tree.Total[node];
            }

            var next = tree.FirstChild(node);
            while (next == 0 && node != StackTable.Empty)
            {
                open[groupOfFrame[stacks.Frame(node)]]--;
                next = tree.NextSibling(node);
                node = next == 0 ? stacks.Caller(node) : node;
            }

            node = next;
        }
    }

    public EventTotal[] Self { get; }

    public EventTotal[] Total { get; }
}
