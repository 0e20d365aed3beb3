using System.Globalization;

namespace Perfmon.Tool.Info;

/// <summary>
/// Registers that follow each other and differ in their number alone, on one line: <c>PMC0-5</c>, <c>PMEVTYPER0-5, 64 bits</c>.
/// </summary>
internal sealed class RegisterRun
{
    private readonly RegisterFact _first;
    private RegisterFact _last;
    private int _count = 1;

    private RegisterRun(RegisterFact first) => _first = _last = first;

    public static IReadOnlyList<RegisterRun> Join(IEnumerable<RegisterFact> registers)
    {
        var runs = new List<RegisterRun>();
        foreach (var register in registers)
        {
            if (runs is not [.., var run] || !run.TryAppend(register))
            {
                runs.Add(new RegisterRun(register));
            }
        }

        return runs;
    }

    /// <summary>The registers, such as <c>PMC0-5</c>.</summary>
    public string Registers => Range(_first.Register, _last.Register);

    /// <summary>Their names, width and addresses.</summary>
    public string Description =>
        $"{Range(_first.Name, _last.Name)}, {_first.Width} bits{(_first.Address is { } first ? $", MSR {Addresses(first)}" : "")}";

    private bool TryAppend(RegisterFact next)
    {
        if (next.Width != _first.Width || !Follows(_last.Register, next.Register) || !Follows(_last.Name, next.Name)
            || _first.Address.HasValue != next.Address.HasValue || (_count > 1 && next.Address - _last.Address != Stride))
        {
            return false;
        }

        _last = next;
        _count++;
        return true;
    }

    private long? Stride => (_last.Address - _first.Address) / (_count - 1);

    private string Addresses(uint first) =>
        _count == 1 ? $"0x{first:x}" : $"0x{first:x}-0x{_last.Address:x}{(Stride == 1 ? "" : $" in steps of {Stride}")}";

    private static string Range(string first, string last) => first == last ? first : $"{first}-{Split(last).Number}";

    private static bool Follows(string one, string next) =>
        (Split(one), Split(next)) is ({ Number: { } number } before, { Number: { } after } behind) && before.Stem == behind.Stem && after == number + 1;

    private static (string Stem, int? Number) Split(string name)
    {
        var stem = name.TrimEnd(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        return stem.Length < name.Length ? (stem, int.Parse(name.AsSpan(stem.Length), CultureInfo.InvariantCulture)) : (name, null);
    }
}
