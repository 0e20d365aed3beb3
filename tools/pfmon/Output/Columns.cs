using Spectre.Console;

namespace Perfmon.Tool.Output;

/// <summary>Tables without rules: columns two spaces apart; a column that is empty takes no room.</summary>
internal static class Columns
{
    /// <summary>A cell: a text and how it looks.</summary>
    public readonly record struct Cell(string Text, Style? Style = null)
    {
        public static implicit operator Cell(string text) => new(text);
    }

    /// <summary>Writes <paramref name="rows"/>, which all have a cell for each of <paramref name="alignments"/>.</summary>
    public static void WriteColumns(this IAnsiConsole console, Justify[] alignments, IReadOnlyList<Cell[]> rows, int indent = 0)
    {
        var used = Enumerable.Range(0, alignments.Length).Where(i => rows.Any(row => row[i].Text.Length > 0)).ToList();
        if (used.Count == 0)
        {
            return;
        }

        var table = new Table().NoBorder().HideHeaders();
        foreach (var i in used)
        {
            // All but the last keep their names and numbers whole; the last one, which is text, is broken to the width.
            table.AddColumn(new TableColumn("") { Alignment = alignments[i], Padding = new Padding(0, 0, i == used[^1] ? 0 : 2, 0), NoWrap = i != used[^1] });
        }

        foreach (var row in rows)
        {
            table.AddRow(used.Select(i => new Text(row[i].Text, row[i].Style)));
        }

        console.Write(new Trimmed(new Padder(table, new Padding(indent, 0, 0, 0))));
    }
}
