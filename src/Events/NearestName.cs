namespace Perfmon.Events;

/// <summary>Finds the name that may have been meant: the fewest letters added, dropped, replaced or swapped with their neighbour.</summary>
internal static class NearestName
{
    private const int MostEdits = 4;

    /// <summary>The nearest of <paramref name="names"/>, the first of equals; null where none is near.</summary>
    public static string? Find(string name, IEnumerable<string> names)
    {
        string? nearest = null;
        var limit = Math.Min(MostEdits, Math.Max(1, name.Length / 3));
        foreach (var candidate in names)
        {
            if (Math.Abs(candidate.Length - name.Length) <= limit && Distance(name, candidate, limit) is var edits && edits <= limit)
            {
                nearest = candidate;
                limit = edits - 1;
            }
        }

        return nearest;
    }

    /// <summary>
    /// The edits between two names (optimal string alignment), whatever their case; where they are more than
    /// <paramref name="limit"/>, anything above it.
    /// </summary>
    private static int Distance(string left, string right, int limit)
    {
        var (before, last, row) = (new int[right.Length + 1], new int[right.Length + 1], new int[right.Length + 1]);
        for (var j = 0; j <= right.Length; j++)
        {
            last[j] = j;
        }

        for (var i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            var lowest = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = last[j - 1] + (Same(left[i - 1], right[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }

                lowest = Math.Min(lowest, row[j]);
            }

            if (lowest > limit)
            {
                return lowest;
            }

            (before, last, row) = (last, row, before);
        }

        return last[right.Length];
    }

    private static bool Same(char left, char right) => char.ToUpperInvariant(left) == char.ToUpperInvariant(right);
}
