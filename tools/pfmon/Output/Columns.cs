using Spectre.Console;

namespace Perfmon.Tool.Output;

/// <summary>Tables without rules: columns two spaces apart; a column that is empty takes no room.</summary>
internal static class Columns
{
    private const int Gap = 2;

    // Names that are shortened to fewer characters do not tell much.
    private const int TellingName = 22;
    private const int ShortestName = 8;

    /// <summary>A cell: a text and how it looks.</summary>
    public readonly record struct Cell(string Text, Style? Style = null)
    {
        public static implicit operator Cell(string text) => new(text);
    }

    /// <summary>Writes <paramref name="rows"/>, which all have a cell for each of <paramref name="alignments"/>.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="alignments">How each column is aligned.</param>
    /// <param name="rows">The cells.</param>
    /// <param name="indent">How far the table stands from the left.</param>
    /// <param name="names">A column that is shortened where the console is narrower than the table; negative for none.</param>
    /// <param name="spare">A column that is left out before names are shortened beyond recognition; negative for none.</param>
    public static void WriteColumns(
        this IAnsiConsole console, Justify[] alignments, IReadOnlyList<Cell[]> rows, int indent = 0, int names = -1, int spare = -1)
    {
        var used = Enumerable.Range(0, alignments.Length).Where(i => rows.Any(row => row[i].Text.Length > 0)).ToList();
        if (names >= 0)
        {
            int Room() => console.Profile.Width - indent - used.Sum(i => i == names ? 0 : Width(rows, i) + Gap);
            if (Room() < Math.Min(Width(rows, names), TellingName))
            {
                used.Remove(spare);
            }

            var room = Math.Max(Room(), ShortestName);
            rows = [.. rows.Select(row => row.Select((cell, i) => i == names ? cell with { Text = Shortened(cell.Text, room) } : cell).ToArray())];
        }

        if (used.Count == 0)
        {
            return;
        }

        var table = new Table().NoBorder().HideHeaders();
        foreach (var i in used)
        {
            // All but the last keep their names and numbers whole; the last one, which is text, is broken to the width.
            table.AddColumn(new TableColumn("") { Alignment = alignments[i], Padding = new Padding(0, 0, i == used[^1] ? 0 : Gap, 0), NoWrap = i != used[^1] });
        }

        foreach (var row in rows)
        {
            table.AddRow(used.Select(i => new Text(row[i].Text, row[i].Style)));
        }

        console.Write(new Trimmed(new Padder(table, new Padding(indent, 0, 0, 0))));
    }

    private static int Width(IReadOnlyList<Cell[]> rows, int column) => rows.Max(row => row[column].Text.Length);

    private static string Shortened(string text, int length) => text.Length <= length ? text : $"{text[..(length - 1)]}…";
}
