using System.Text;

namespace Perfmon.Symbols.Elf;

/// <summary>
/// Symbols by address. Of several at one address the best named counts (<see cref="SymbolChoice"/>), those with a size first. Within a
/// function another is found where it lies; a symbol without a size reaches up to the next one.
/// </summary>
internal sealed class SymbolTable
{
    private readonly ulong[] _starts;
    private readonly Range[] _ranges;
    private readonly List<ElfSymbol> _symbols;
    private readonly string?[] _names;

    /// <summary>The table of <paramref name="symbols"/>, which it keeps and puts in order.</summary>
    public SymbolTable(List<ElfSymbol> symbols)
    {
        symbols.Sort(static (left, right) => Compare(left, right));
        _symbols = symbols;
        var ranges = Ranges(symbols);
        _ranges = [.. ranges];
        _starts = Array.ConvertAll(_ranges, range => range.Start);
        _names = new string?[symbols.Count];
    }

    public bool TryFind(ulong address, out FoundSymbol found)
    {
        found = default;
        var index = Array.BinarySearch(_starts, address);
        index = index >= 0 ? index : ~index - 1;
        if (index < 0 || address >= _ranges[index].End)
        {
            return false;
        }

        var symbol = _ranges[index].Symbol;
        found = new(_symbols[symbol].Start, _names[symbol] ??= NameOf(_symbols[symbol]));
        return true;
    }

    private static string NameOf(in ElfSymbol symbol) => Encoding.UTF8.GetString(symbol.Name) + (symbol.IsPlt ? "@plt" : "");

    private static int Compare(in ElfSymbol left, in ElfSymbol right)
    {
        var order = left.Start.CompareTo(right.Start);
        if (order == 0)
        {
            order = (left.Size == 0).CompareTo(right.Size == 0);
        }

        return order != 0 ? order : SymbolChoice.Compare(new(left.Name, left.Binding), new(right.Name, right.Binding));
    }

    /// <summary>Ranges that do not overlap, each the innermost symbol's.</summary>
    private static List<Range> Ranges(List<ElfSymbol> symbols)
    {
        var ranges = new List<Range>(symbols.Count);
        // Those that are not yet ended, the innermost on top.
        var open = new Stack<(ulong End, int Symbol)>();
        ulong position = 0;
        for (var index = 0; index < symbols.Count; index++)
        {
            var symbol = symbols[index];
            if (index > 0 && symbol.Start == symbols[index - 1].Start)
            {
                continue;
            }

            CloseUpTo(symbol.Start, ranges, open, ref position);
            if (symbol.Size == 0 && open.Count > 0)
            {
                // A label within a function.
                continue;
            }

            if (open.TryPeek(out var outer))
            {
                Add(ranges, position, symbol.Start, outer.Symbol);
            }

            position = symbol.Start;
            open.Push((symbol.Size > 0 ? symbol.Start + symbol.Size : EndOfUnsized(symbols, index), index));
        }

        CloseUpTo(ulong.MaxValue, ranges, open, ref position);
        return ranges;
    }

    private static void CloseUpTo(ulong address, List<Range> ranges, Stack<(ulong End, int Symbol)> open, ref ulong position)
    {
        while (open.TryPeek(out var top) && top.End <= address)
        {
            Add(ranges, position, top.End, top.Symbol);
            position = Math.Max(position, top.End);
            open.Pop();
        }
    }

    private static void Add(List<Range> ranges, ulong start, ulong end, int symbol)
    {
        if (start < end)
        {
            ranges.Add(new(start, end, symbol));
        }
    }

    private static ulong EndOfUnsized(List<ElfSymbol> symbols, int index)
    {
        var next = index + 1;
        while (next < symbols.Count && symbols[next].Start == symbols[index].Start)
        {
            next++;
        }

        return next < symbols.Count ? Math.Min(symbols[next].Start, symbols[index].Limit) : symbols[index].Limit;
    }

    private readonly record struct Range(ulong Start, ulong End, int Symbol);
}
