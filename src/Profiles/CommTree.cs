using System.Runtime.InteropServices;

namespace Perfmon.Profiles;

/// <summary>
/// One event of a profile as flame graphs have it: the thread's name is the outermost frame, and what looks alike is one node. Names are in the order of
/// their characters' codes.
/// </summary>
internal sealed class CommTree
{
    /// <param name="profile">The profile.</param>
    /// <param name="profileEvent">The event, by its index.</param>
    /// <param name="frameOf">What is to be told apart of a frame, its name in <see cref="ProfileFrame.Function"/>.</param>
    /// <param name="commOf">The outermost frame, likewise.</param>
    public CommTree(Profile profile, int profileEvent, Func<ProfileFrame, ProfileFrame> frameOf, Func<string, ProfileFrame> commOf)
    {
        var stacks = new StackTable();
        var self = new List<EventTotal> { default };
        var frames = profile.Stacks.Frames.Select(frameOf).ToArray();
        var (numbers, stack) = (new List<int>(), new List<ProfileFrame>());
        foreach (var cell in profile.Cells.Where(cell => cell.Event == profileEvent))
        {
            profile.Stacks.CopyTo(cell.Node, numbers);
            stack.Clear();
            stack.AddRange(numbers.Select(number => frames[number]));
            stack.Add(commOf(profile.Threads[cell.Thread].Comm));
            var node = stacks.Add(CollectionsMarshal.AsSpan(stack));
            self.AddRange(Enumerable.Repeat(default(EventTotal), stacks.NodeCount - self.Count));
            self[node] += cell.Self;
        }

        Tree = new StackTree(stacks, [.. self]);
    }

    /// <summary>The nodes with their sums. The root is all of it, and has no self.</summary>
    public StackTree Tree { get; }

    /// <summary>The frame that makes <paramref name="node"/>.</summary>
    public ProfileFrame Frame(int node) => Tree.Stacks.Frames[Tree.Stacks.Frame(node)];

    /// <summary>The nodes below the root whose total is <paramref name="leastWeight"/> or more, callers first, with their depth from 1.</summary>
    public IEnumerable<(int Node, int Depth)> DepthFirst(long leastWeight)
    {
        var pending = new Stack<(int Node, int Depth)>();
        var callees = new List<int>();
        Push(StackTable.Empty, 0);
        while (pending.TryPop(out var next))
        {
            yield return next;
            Push(next.Node, next.Depth);
        }

        void Push(int caller, int depth)
        {
            callees.Clear();
            for (var node = Tree.FirstChild(caller); node != 0; node = Tree.NextSibling(node))
            {
                if (Tree.Total[node].Weight >= leastWeight)
                {
                    callees.Add(node);
                }
            }

            callees.Sort((left, right) => Compare(Frame(right), Frame(left)));
            foreach (var node in callees)
            {
                pending.Push((node, depth + 1));
            }
        }
    }

    private static int Compare(ProfileFrame left, ProfileFrame right)
    {
        var names = string.CompareOrdinal(left.Function, right.Function);
        var modules = names != 0 ? names : string.CompareOrdinal(left.Module, right.Module);
        return modules != 0 ? modules : (left.Kind, left.IsInlined).CompareTo((right.Kind, right.IsInlined));
    }
}
