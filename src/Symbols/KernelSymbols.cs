using System.Buffers.Text;
using System.Text;
using Perfmon.Host;

namespace Perfmon.Symbols;

/// <summary>The running kernel's symbols, its modules' included: <c>/proc/kallsyms</c>.</summary>
internal sealed class KernelSymbols
{
    private const ulong PageSize = 4096;

    private readonly byte[] _text;
    private readonly ulong[] _starts;
    private readonly Symbol[] _symbols;

    private KernelSymbols(byte[] text, ulong[] starts, Symbol[] symbols)
    {
        _text = text;
        _starts = starts;
        _symbols = symbols;
    }

    /// <summary>No symbols.</summary>
    public static KernelSymbols None { get; } = new([], [], []);

    /// <summary>The symbols; none, with a note that says why, where the kernel does not show them.</summary>
    public static KernelSymbols Read(HostRoots roots, Notes notes)
    {
        var path = Path.Combine(roots.Proc, "kallsyms");
        byte[] text;
        try
        {
            text = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            notes.Say($"Kernel addresses have no names: {path}: {failure.Message}");
            return None;
        }

        var symbols = Parse(text);
        if (symbols._starts.Length == 0 && text.Length > 0)
        {
            var settings = KernelSettings.Read(new HostReader(roots));
            notes.Say(
                $"Kernel addresses have no names: {path} shows none of them (kernel.kptr_restrict is {settings.KptrRestrict?.ToString() ?? "unknown"}, " +
                $"kernel.perf_event_paranoid {settings.PerfEventParanoid?.ToString() ?? "unknown"}).\n" +
                "Run as root, or allow it:  sudo sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1");
        }

        return symbols;
    }

    /// <summary>The symbols in a text of that form: <c>ffffffff81000000 T _stext [module]</c>.</summary>
    internal static KernelSymbols Parse(byte[] text)
    {
        var symbols = new List<Symbol>();
        for (var position = 0; position < text.Length;)
        {
            var length = text.AsSpan(position).IndexOf((byte)'\n') is >= 0 and var end ? end : text.Length - position;
            if (TryParse(text.AsSpan(position, length), position, out var symbol))
            {
                symbols.Add(symbol);
            }

            position += length + 1;
        }

        // Of what starts at one address the best name comes first, and is the one that is kept.
        symbols.Sort((left, right) => left.Start != right.Start ? left.Start.CompareTo(right.Start) : Compare(text, left, right));
        var count = 0;
        for (var index = 0; index < symbols.Count; index++)
        {
            if (index == 0 || symbols[index].Start != symbols[index - 1].Start)
            {
                symbols[count++] = symbols[index];
            }
        }

        var kept = symbols.GetRange(0, count).ToArray();
        return new(text, Array.ConvertAll(kept, symbol => symbol.Start), kept);
    }

    /// <summary>The symbol that covers <paramref name="address"/>: up to the next one, whatever that is, or the end of its page where a module ends.</summary>
    public bool TryFind(ulong address, out FoundSymbol found)
    {
        found = default;
        var index = Array.BinarySearch(_starts, address);
        index = index >= 0 ? index : ~index - 1;
        if (index < 0 || !_symbols[index].IsCode)
        {
            return false;
        }

        var symbol = _symbols[index];
        var next = index + 1 < _symbols.Length ? _symbols[index + 1] : default;
        var endsModule = next.Start == 0 || !Module(symbol).SequenceEqual(Module(next));
        if (endsModule && (address & ~(PageSize - 1)) > symbol.Start)
        {
            return false;
        }

        var module = Module(symbol);
        found = new(
            symbol.Start,
            Encoding.UTF8.GetString(_text, symbol.NamePosition, symbol.NameLength),
            module.IsEmpty ? SymbolizedFrame.KernelModule : Encoding.UTF8.GetString(module));
        return true;
    }

    private ReadOnlySpan<byte> Module(in Symbol symbol) => _text.AsSpan(symbol.NamePosition + symbol.NameLength, symbol.ModuleLength).Trim("\t "u8);

    private static bool TryParse(ReadOnlySpan<byte> line, int position, out Symbol symbol)
    {
        symbol = default;
        // Hidden addresses are zero; so are those of symbols that are offsets into each CPU's area.
        if (!Utf8Parser.TryParse(line, out ulong start, out var digits, 'x') || start == 0 || line.Length < digits + 4)
        {
            return false;
        }

        var name = line[(digits + 3)..];
        var length = name.IndexOfAny((byte)'\t', (byte)' ') is >= 0 and var end ? end : name.Length;
        symbol = new(start, position + digits + 3, length, name.Length - length, line[digits + 1]);
        return length > 0;
    }

    private static int Compare(byte[] text, in Symbol left, in Symbol right)
    {
        // Code before data: _etext and a first datum may share an address with code of another section.
        var isCode = right.IsCode.CompareTo(left.IsCode);
        return isCode != 0
            ? isCode
            : SymbolChoice.Compare(
                new(text.AsSpan(left.NamePosition, left.NameLength), left.Binding),
                new(text.AsSpan(right.NamePosition, right.NameLength), right.Binding));
    }

    private readonly record struct Symbol(ulong Start, int NamePosition, int NameLength, int ModuleLength, byte Type)
    {
        public bool IsCode => Type is (byte)'T' or (byte)'t' or (byte)'W' or (byte)'w';

        public SymbolBinding Binding => Type switch
        {
            (byte)'W' or (byte)'w' => SymbolBinding.Weak,
            >= (byte)'A' and <= (byte)'Z' => SymbolBinding.Global,
            _ => SymbolBinding.Local,
        };
    }
}
