using Perfmon.Events.Syntax;
using Perfmon.Host;
using Perfmon.Registers;

namespace Perfmon.Events.Families;

/// <summary>Puts the values of a PMU's terms into the words of <c>perf_event_attr</c> where its formats say. A later term wins.</summary>
internal sealed class PmuEncoder(Pmu pmu)
{
    private static readonly string[] s_words = ["config", "config1", "config2", "config3", "config4"];

    private readonly ulong[] _values = new ulong[s_words.Length];
    private readonly List<string> _open = [];

    public EventSelection Selection => new()
    {
        Type = pmu.Type,
        Config = _values[0],
        Config1 = _values[1],
        Config2 = _values[2],
        Config3 = _values[3],
        Config4 = _values[4],
    };

    /// <summary>The terms that a named event leaves to the user (<c>chip=?</c> of POWER's hv_24x7) and that nothing has set.</summary>
    public IReadOnlyList<string> Open => _open;

    /// <summary>The names that <see cref="TrySet"/> takes.</summary>
    public IEnumerable<string> Terms => pmu.Formats.Keys.Concat(s_words);

    /// <summary>Whether <see cref="TrySet"/> takes <paramref name="term"/>.</summary>
    public bool Knows(string term) => pmu.Formats.ContainsKey(term) || s_words.Contains(term);

    /// <summary>Sets a term that is known. Without a value it is a flag, and is 1.</summary>
    public bool TrySet(string term, string? value, out string? error)
    {
        if (!NumberText.TryParse(value ?? "1", out var number))
        {
            error = $"{HostReader.Quote(value)} is no number: decimal, or hexadecimal after 0x";
            return false;
        }

        error = null;
        _open.Remove(term);
        if (pmu.Formats.TryGetValue(term, out var format))
        {
            if (!format.TryScatter(number, out var bits))
            {
                var width = format.Width == 1 ? "1 bit" : $"{format.Width} bits";
                error = $"{HostReader.Quote(value ?? "1")} is too large for '{term}', which has {width} ({format})";
                return false;
            }

            format.TryScatter(ulong.MaxValue >> (64 - format.Width), out var mask);
            ref var word = ref _values[(int)format.Field];
            word = (word & ~mask) | bits;
        }
        else
        {
            _values[Array.IndexOf(s_words, term)] = number;
        }

        return true;
    }

    /// <summary>Sets the terms of an event that the kernel names.</summary>
    public bool TrySetEvent(PmuEvent named, out string? error)
    {
        foreach (var text in named.Terms.Split(',', StringSplitOptions.TrimEntries))
        {
            var sign = text.IndexOf('=', StringComparison.Ordinal);
            var (term, value) = sign < 0 ? (text, null) : (text[..sign], text[(sign + 1)..]);
            if (value == "?")
            {
                _open.Add(term);
                continue;
            }

            if (!Knows(term) || !TrySet(term, value, out _))
            {
                error = $"the kernel's own terms of '{named.Name}', '{named.Terms}', do not fit the formats of the PMU {pmu.Name}";
                return false;
            }
        }

        error = null;
        return true;
    }
}
