using System.Runtime.InteropServices;

namespace Perfmon.Profiles;

/// <summary>
/// Builds a call tree from the root, and only what is shown: a node knows its total before its children are looked for, so that nothing is done below
/// a node that is too small.
/// </summary>
internal sealed class CallTreeBuilder(StackTree tree, bool inverted, CallTreeLimits limits)
{
    private readonly FrameGroups<ProfileFunction> _functions = FrameGroups<ProfileFunction>.Of(tree.Stacks, frame => frame.Of);

    public CallTreeNode Build()
    {
        var root = new CallTreeNode(default, 0, tree.Self[StackTable.Empty], tree.Total[StackTable.Empty], tree.Total[StackTable.Empty].Samples > 0 ? 1 : 0);
        var pending = new Stack<(CallTreeNode Node, List<Cursor> Cursors)>();
        pending.Push((root, inverted ? Leaves() : [new Cursor(StackTable.Empty, root.Total)]));
        while (pending.TryPop(out var next))
        {
            if (next.Node.Depth >= limits.MaxDepth)
            {
                continue;
            }

            foreach (var (function, cursors) in Children(next.Node, next.Cursors).OrderByDescending(group => Weight(group.Cursors)).ThenBy(Name, StringComparer.Ordinal))
            {
                if (Node(function, next.Node.Depth + 1, cursors, root.Total) is { } child)
                {
                    next.Node.Add(child);
                    pending.Push((child, cursors));
                }
            }
        }

        return root;
    }

    private CallTreeNode? Node(int function, int depth, List<Cursor> cursors, EventTotal whole)
    {
        var (self, total) = (default(EventTotal), default(EventTotal));
        foreach (var cursor in cursors)
        {
            total += cursor.Total;
            self += !inverted ? tree.Self[cursor.Node] : tree.Stacks.Caller(cursor.Node) == StackTable.Empty ? cursor.Total : default;
        }

        var share = FlatView.Share(total, whole);
        return share < limits.MinShare ? null : new CallTreeNode(_functions.Keys[function], depth, self, total, share);
    }

    private List<(int Function, List<Cursor> Cursors)> Children(CallTreeNode node, List<Cursor> cursors)
    {
        var children = new List<(int Function, List<Cursor> Cursors)>();
        var places = new Dictionary<int, int>();
        foreach (var cursor in cursors)
        {
            if (!inverted)
            {
                for (var callee = tree.FirstChild(cursor.Node); callee != 0; callee = tree.NextSibling(callee))
                {
                    Place(new Cursor(callee, tree.Total[callee]));
                }
            }
            else if (node.Depth == 0)
            {
                Place(cursor);
            }
            else if (tree.Stacks.Caller(cursor.Node) is var caller and not StackTable.Empty)
            {
                Place(cursor with { Node = caller });
            }
        }

        return children;

        void Place(Cursor cursor)
        {
            // The table has the stacks of all events and threads.
            if (cursor.Total.Samples == 0)
            {
                return;
            }

            var function = _functions.OfFrame[tree.Stacks.Frame(cursor.Node)];
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, function, out var exists);
            if (!exists)
            {
                place = children.Count;
                children.Add((function, []));
            }

            children[place].Cursors.Add(cursor);
        }
    }

    private List<Cursor> Leaves()
    {
        var leaves = new List<Cursor>();
        for (var node = StackTable.Empty + 1; node < tree.Self.Length; node++)
        {
            leaves.Add(new Cursor(node, tree.Self[node]));
        }

        return leaves;
    }

    private static long Weight(List<Cursor> cursors) => cursors.Sum(cursor => cursor.Total.Weight);

    private string Name((int Function, List<Cursor> Cursors) group)
    {
        var function = _functions.Keys[group.Function];
        return $"{function.Label}\0{function.Module}";
    }

    /// <summary>A stack that comes by a tree's node, where it has got to, and what it brings.</summary>
    private readonly record struct Cursor(int Node, EventTotal Total);
}
