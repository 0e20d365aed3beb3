namespace Perfmon.Profiles;

/// <summary>A function at a place in a <see cref="CallTree"/>. <see cref="Total"/> is self, children and what was omitted, added up.</summary>
public sealed class CallTreeNode
{
    private readonly List<CallTreeNode> _children = [];

    internal CallTreeNode(ProfileFunction function, int depth, EventTotal self, EventTotal total, double share)
    {
        Function = function;
        Depth = depth;
        Self = self;
        Total = total;
        Share = share;
        Omitted = total - self;
    }

    /// <summary>The function; without meaning for the root.</summary>
    public ProfileFunction Function { get; }

    /// <summary>0 for the root, 1 for its children.</summary>
    public int Depth { get; }

    /// <summary>The samples that end here: at the innermost frame, or at the outermost one in an inverted tree. The root's have no stack.</summary>
    public EventTotal Self { get; }

    /// <summary>The samples that come by here.</summary>
    public EventTotal Total { get; }

    /// <summary><see cref="Total"/>'s weight as a part of the whole tree's, 0 to 1.</summary>
    public double Share { get; }

    /// <summary>The total of the children that are too small or too deep to be shown.</summary>
    public EventTotal Omitted { get; private set; }

    /// <summary>Callees; callers in an inverted tree. The largest first, those of one weight by name.</summary>
    public IReadOnlyList<CallTreeNode> Children => _children;

    internal void Add(CallTreeNode child)
    {
        _children.Add(child);
        Omitted -= child.Total;
    }
}
