using System.Runtime.InteropServices;

namespace Perfmon.Symbols;

/// <summary>A line of a perf map.</summary>
/// <param name="Start">The method's first address.</param>
/// <param name="Size">Bytes, at least one.</param>
/// <param name="LinePosition">Where the line is in the file.</param>
/// <param name="LineLength">Bytes of it.</param>
/// <param name="NameLength">Bytes of the name at its end.</param>
/// <param name="Line">How many came before it.</param>
internal readonly record struct JitMethod(ulong Start, ulong Size, long LinePosition, int LineLength, int NameLength, int Line)
{
    private ulong End => Start + Size;

    /// <summary>By start, those methods that are in their place still: a line takes away every earlier one that it overlaps.</summary>
    public static List<JitMethod> InPlace(List<JitMethod> methods)
    {
        methods.Sort(static (left, right) => left.Start != right.Start ? left.Start.CompareTo(right.Start) : left.Line.CompareTo(right.Line));
        var all = CollectionsMarshal.AsSpan(methods);
        var overlap = false;
        for (var index = 1; index < all.Length && !overlap; index++)
        {
            overlap = all[index - 1].End > all[index].Start;
        }

        if (!overlap)
        {
            return methods;
        }

        var isGone = new bool[all.Length];
        MarkFromBefore(all, isGone);
        MarkFromBehind(all, isGone);
        var kept = new List<JitMethod>(all.Length);
        for (var index = 0; index < all.Length; index++)
        {
            if (!isGone[index])
            {
                kept.Add(all[index]);
            }
        }

        return kept;
    }

    // Of the methods that start before one and reach into it, the latest: on top of a heap, below others that have ended before.
    private static void MarkFromBefore(ReadOnlySpan<JitMethod> methods, bool[] isGone)
    {
        var reaching = new PriorityQueue<ulong, int>();
        for (var index = 0; index < methods.Length; index++)
        {
            while (reaching.TryPeek(out var end, out var priority))
            {
                if (end > methods[index].Start)
                {
                    isGone[index] = -priority > methods[index].Line;
                    break;
                }

                reaching.Dequeue();
            }

            reaching.Enqueue(methods[index].End, -methods[index].Line);
        }
    }

    // Of the methods that start within one, the latest: among those behind it, only such matter as are later than all between.
    private static void MarkFromBehind(ReadOnlySpan<JitMethod> methods, bool[] isGone)
    {
        var later = new List<(ulong Start, int Line)>();
        for (var index = methods.Length - 1; index >= 0; index--)
        {
            var method = methods[index];

            // Nearer ones stand at the end: the first from the front that starts within is the latest.
            var low = 0;
            var high = later.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = later[middle].Start >= method.End ? (middle + 1, high) : (low, middle);
            }

            isGone[index] |= low < later.Count && later[low].Line > method.Line;
            while (later.Count > 0 && later[^1].Line < method.Line)
            {
                later.RemoveAt(later.Count - 1);
            }

            later.Add((method.Start, method.Line));
        }
    }
}
