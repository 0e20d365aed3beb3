namespace Perfmon.Profiles;

/// <summary>A <see cref="StackTable"/> seen from the callers: each node's callees, and the sums of its subtree.</summary>
internal sealed class StackTree
{
    private readonly int[] _firstChild;
    private readonly int[] _nextSibling;

    public StackTree(StackTable stacks, EventTotal[] self)
    {
        Stacks = stacks;
        Self = self;
        Total = [.. self];
        _firstChild = new int[self.Length];
        _nextSibling = new int[self.Length];

        // From the last node to the first: callees come after their caller, so that each is complete when it is added.
        for (var node = self.Length - 1; node > StackTable.Empty; node--)
        {
            var caller = stacks.Caller(node);
            Total[caller] += Total[node];
            _nextSibling[node] = _firstChild[caller];
            _firstChild[caller] = node;
        }
    }

    public StackTable Stacks { get; }

    /// <summary>What each node has with exactly its stack.</summary>
    public EventTotal[] Self { get; }

    /// <summary>What each node has with its stack and all that go on from there.</summary>
    public EventTotal[] Total { get; }

    /// <summary>The first callee; 0, which is nobody's, where there is none.</summary>
    public int FirstChild(int node) => _firstChild[node];

    /// <summary>The next callee of the same caller; 0 where there is none.</summary>
    public int NextSibling(int node) => _nextSibling[node];
}
