namespace Perfmon.Profiles;

/// <summary>The frames of a table by something that several have in common.</summary>
internal sealed class FrameGroups<T>
    where T : notnull
{
    private FrameGroups(List<T> keys, int[] ofFrame)
    {
        Keys = keys;
        OfFrame = ofFrame;
    }

    /// <summary>What the groups have in common, by the group's number, in the order of their first frames.</summary>
    public IReadOnlyList<T> Keys { get; }

    /// <summary>Each frame's group.</summary>
    public int[] OfFrame { get; }

    public static FrameGroups<T> Of(StackTable stacks, Func<ProfileFrame, T> keyOf)
    {
        var numbers = new Dictionary<T, int>();
        var keys = new List<T>();
        var ofFrame = new int[stacks.Frames.Count];
        for (var frame = 0; frame < ofFrame.Length; frame++)
        {
            var key = keyOf(stacks.Frames[frame]);
            if (!numbers.TryGetValue(key, out ofFrame[frame]))
            {
                numbers.Add(key, ofFrame[frame] = keys.Count);
                keys.Add(key);
            }
        }

        return new FrameGroups<T>(keys, ofFrame);
    }
}
