using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Perfmon.Host;

/// <summary>
/// A set of CPU numbers in increasing order: the kernel's list form, <c>0-3,8,10-11</c>, as in <c>cpu/online</c>, <c>cpumask</c>
/// and <c>cpus</c> of sysfs. The empty text is the empty list.
/// </summary>
public sealed class CpuList : IReadOnlyList<int>, IEquatable<CpuList>
{
    /// <summary>CPU numbers are below this, far above the kernel's limit (NR_CPUS): a wrong text cannot exhaust memory.</summary>
    public const int Limit = 65536;

    private readonly int[] _cpus;

    private CpuList(IEnumerable<int> cpus) => _cpus = [.. cpus];

    /// <summary>No CPU.</summary>
    public static CpuList Empty { get; } = new([]);

    /// <summary>How many CPUs are in the list.</summary>
    public int Count => _cpus.Length;

    /// <summary>The CPU at <paramref name="index"/>, counted from the lowest.</summary>
    public int this[int index] => _cpus[index];

    /// <summary>The list that holds exactly <paramref name="cpus"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not below <see cref="Limit"/>.</exception>
    public static CpuList Of(params ReadOnlySpan<int> cpus)
    {
        var sorted = new SortedSet<int>();
        foreach (var cpu in cpus)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)cpu, (uint)Limit, nameof(cpus));
            sorted.Add(cpu);
        }

        return new CpuList(sorted);
    }

    /// <summary>Reads the kernel's list form; white space around it is ignored.</summary>
    /// <returns>False where <paramref name="text"/> is none; then <paramref name="error"/> quotes the wrong part.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out CpuList? list, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        list = Empty;
        error = null;
        var content = text.AsSpan().Trim();
        if (content.IsEmpty)
        {
            return true;
        }

        var ranges = new List<(int First, int Last)>();
        foreach (var part in content.Split(','))
        {
            var range = content[part];
            if (!TryParseRange(range, out var first, out var last, out var fault))
            {
                list = null;
                error = $"{HostReader.Quote(range)} {fault}";
                return false;
            }

            ranges.Add((first, last));
        }

        list = new CpuList(Union(ranges));
        return true;
    }

    /// <summary>Whether <paramref name="cpu"/> is in the list.</summary>
    public bool Contains(int cpu) => Array.BinarySearch(_cpus, cpu) >= 0;

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_cpus).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(CpuList? other) => other is not null && _cpus.AsSpan().SequenceEqual(other._cpus);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CpuList);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var cpu in _cpus)
        {
            hash.Add(cpu);
        }

        return hash.ToHashCode();
    }

    /// <summary>The kernel's list form, with neighbours folded: <c>0-3,8</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var start = 0; start < _cpus.Length;)
        {
            var end = start;
            while (end + 1 < _cpus.Length && _cpus[end + 1] == _cpus[end] + 1)
            {
                end++;
            }

            text.Append(text.Length == 0 ? "" : ",").Append(_cpus[start]);
            if (end > start)
            {
                text.Append('-').Append(_cpus[end]);
            }

            start = end + 1;
        }

        return text.ToString();
    }

    // Each CPU once, in increasing order, however often the ranges name it.
    private static IEnumerable<int> Union(List<(int First, int Last)> ranges)
    {
        var next = 0;
        foreach (var (first, last) in ranges.Order())
        {
            for (var cpu = Math.Max(first, next); cpu <= last; cpu++)
            {
                yield return cpu;
            }

            next = Math.Max(next, last + 1);
        }
    }

    private static bool TryParseRange(ReadOnlySpan<char> range, out int first, out int last, [NotNullWhen(false)] out string? fault)
    {
        var dash = range.IndexOf('-');
        var low = dash < 0 ? range : range[..dash];
        var high = dash < 0 ? range : range[(dash + 1)..];
        last = 0;
        fault = !TryParseCpu(low, out first) || !TryParseCpu(high, out last) ? $"is neither a CPU number below {Limit} nor a range of them"
            : first > last ? "is a range that ends before it starts"
            : null;
        return fault is null;
    }

    private static bool TryParseCpu(ReadOnlySpan<char> text, out int cpu) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out cpu) && cpu < Limit;
}
