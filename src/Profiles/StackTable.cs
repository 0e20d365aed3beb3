using System.Runtime.InteropServices;

namespace Perfmon.Profiles;

/// <summary>
/// Stacks, each kept once, as a tree: a node is a frame and the node of its caller, and stands for the stack from there outwards. Node
/// <see cref="Empty"/> is the empty stack. A caller's node is always smaller than its callees', so that a loop over the nodes meets callers first. To
/// add a stack that is known allocates nothing.
/// </summary>
public sealed class StackTable
{
    /// <summary>The node of the empty stack.</summary>
    public const int Empty = 0;

    private readonly FrameComparer _comparer;
    private readonly Dictionary<ProfileFrame, int> _frameNumbers;
    private readonly List<ProfileFrame> _frames = [];
    private readonly Dictionary<Node, int> _nodeNumbers = [];
    private readonly List<Node> _nodes = [new Node(-1, -1)];

    /// <summary>An empty table whose frames are told apart by <paramref name="detail"/>.</summary>
    public StackTable(FrameDetail detail = FrameDetail.Function)
    {
        Detail = detail;
        _comparer = new FrameComparer(detail);
        _frameNumbers = new Dictionary<ProfileFrame, int>(_comparer);
    }

    /// <summary>What tells frames apart.</summary>
    public FrameDetail Detail { get; }

    /// <summary>The frames, by their number. What <see cref="Detail"/> does not tell apart is 0 in them.</summary>
    public IReadOnlyList<ProfileFrame> Frames => _frames;

    /// <summary>The nodes there are, from 0.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>The node of the stack without its innermost frame; -1 for <see cref="Empty"/>.</summary>
    public int Caller(int node) => _nodes[node].Caller;

    /// <summary>The number of the innermost frame; -1 for <see cref="Empty"/>.</summary>
    public int Frame(int node) => _nodes[node].Frame;

    /// <summary>The node of a stack, innermost frame first.</summary>
    public int Add(ReadOnlySpan<ProfileFrame> innermostFirst)
    {
        var node = Empty;
        for (var i = innermostFirst.Length - 1; i >= 0; i--)
        {
            node = Add(node, FrameNumber(in innermostFirst[i]));
        }

        return node;
    }

    /// <summary>The frame numbers of <paramref name="node"/>'s stack, innermost first, into <paramref name="frames"/>, which is emptied before.</summary>
    public void CopyTo(int node, List<int> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        frames.Clear();
        for (; node != Empty; node = Caller(node))
        {
            frames.Add(Frame(node));
        }
    }

    private int Add(int caller, int frame)
    {
        var node = new Node(caller, frame);
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodeNumbers, node, out var exists);
        if (!exists)
        {
            number = _nodes.Count;
            _nodes.Add(node);
        }

        return number;
    }

    private int FrameNumber(in ProfileFrame frame)
    {
        if (frame.Function is null || frame.Module is null)
        {
            return FrameNumber(_comparer.Reduce(in frame));
        }

        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_frameNumbers, frame, out var exists);
        if (!exists)
        {
            number = _frames.Count;
            _frames.Add(_comparer.Reduce(in frame));
        }

        return number;
    }

    private readonly record struct Node(int Caller, int Frame)
    {
        // The two are small and close together: multiplied, so that they do not cancel out.
        public override int GetHashCode() => unchecked((Caller * -1640531535) ^ (Frame * -2048144789));
    }
}
