namespace Perfmon.Kvm.Forms;

/// <summary>Where something stands in the text of a filter.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1, in UTF-16 characters.</param>
/// <param name="Path">The property as JSON and QEMU name it: <c>events[1].select</c>; empty for a whole object or value.</param>
public readonly record struct TextPlace(int Line, int Column, string Path)
{
    /// <summary><c>events[1].select, line 1, column 60</c>.</summary>
    public override string ToString() => Path.Length == 0 ? $"line {Line}, column {Column}" : $"{Path}, line {Line}, column {Column}";
}
