using Perfmon.Diagnostics;

namespace Perfmon.Profiles;

/// <summary>
/// The calls of one event as a tree of functions: from the outermost function in, or inverted, from the innermost out. Frames of one function are one
/// node where their callers are. Recursion goes down level by level.
/// </summary>
public sealed class CallTree
{
    private CallTree(ProfileEvent profileEvent, ProfileLosses losses, bool inverted, CallTreeNode root)
    {
        Event = profileEvent;
        Losses = losses;
        Inverted = inverted;
        Root = root;
    }

    /// <summary>The event.</summary>
    public ProfileEvent Event { get; }

    /// <summary>What the profile does not have.</summary>
    public ProfileLosses Losses { get; }

    /// <summary>Whether children are callers.</summary>
    public bool Inverted { get; }

    /// <summary>The node of all samples, which has no function.</summary>
    public CallTreeNode Root { get; }

    /// <summary>The tree of an event.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="profileEvent">The event, by its index.</param>
    /// <param name="inverted">From the innermost function out.</param>
    /// <param name="limits">
    /// What to leave out; null for nothing. An inverted tree of deep recursion is as large as all its stacks together, so that it wants a limit.
    /// </param>
    /// <param name="threads">Which threads' samples to take; null for all.</param>
    /// <exception cref="PerfmonException">There is no such event.</exception>
    public static CallTree Of(
        Profile profile,
        int profileEvent = 0,
        bool inverted = false,
        CallTreeLimits? limits = null,
        Predicate<ProfileThread>? threads = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var tree = new StackTree(profile.Stacks, profile.ByNode(profileEvent, threads));
        var root = new CallTreeBuilder(tree, inverted, limits ?? CallTreeLimits.None).Build();
        return new CallTree(profile.Description.Events[profileEvent], profile.Losses, inverted, root);
    }

    /// <summary>All nodes in the order of a printed tree, the root first; <see cref="CallTreeNode.Depth"/> tells where they belong.</summary>
    public IEnumerable<CallTreeNode> DepthFirst()
    {
        var pending = new Stack<CallTreeNode>([Root]);
        while (pending.TryPop(out var node))
        {
            yield return node;
            for (var i = node.Children.Count - 1; i >= 0; i--)
            {
                pending.Push(node.Children[i]);
            }
        }
    }
}
