using System.Globalization;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>Ranges of Arm events in a text: <c>A:0x11-0x11;D:0x30-0x30</c>, A to allow, D to deny, the last event included.</summary>
internal abstract class ArmRangesForm : FilterForm
{
    private protected ArmRangesForm(string name, string description)
        : base(name, description)
    {
    }

    public override GuestArchitecture? Guest => GuestArchitecture.Arm;

    public override bool HasActions => true;

    public override bool HasRanges => true;

    /// <summary>What stands between ranges.</summary>
    private protected abstract char Separator { get; }

    private protected static string Text(ArmEventFilter filter, char separator) => string.Join(
        separator, filter.Ranges.Select(range => $"{(range.Action == FilterAction.Allow ? 'A' : 'D')}:0x{range.First:x}-0x{range.Last:x}"));

    internal override FilterDocument Read(FilterSource source)
    {
        if (source.Ranges.Count > 1)
        {
            throw FilterError.At(source.Ranges[1].Place(0), "a second filter stands there", $"Put all ranges into one, with '{Separator}' between them.");
        }

        var word = source.Ranges[0];
        var entries = new List<ArmRangeEntry>();
        for (var start = 0; start <= word.Text.Length;)
        {
            var end = word.Text.IndexOf(Separator, start) is var found and >= 0 ? found : word.Text.Length;
            entries.Add(ReadRange(word.Part(start, end), entries.Count));
            start = end + 1;
        }

        return new FilterDocument(this, null, GuestArchitecture.Arm) { Ranges = entries, Notes = source.Notes };
    }

    private static ArmRangeEntry ReadRange(SourceWord part, int index)
    {
        var text = part.Text;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (text is not ['A' or 'D', ':', ..] || dash < 0)
        {
            throw FilterError.At(
                part.Place(0, Path(index)),
                $"{FilterError.Quote(text)} is no range",
                "A range is A:FIRST-LAST to allow or D:FIRST-LAST to deny, as in A:0x23-0x3a; ';' stands between ranges for QEMU, ',' for kvmtool.");
        }

        var range = new ArmEventRange(
            text[0] == 'A' ? FilterAction.Allow : FilterAction.Deny, Number(part, 2, dash, index), Number(part, dash + 1, text.Length, index));
        return range.First > range.Last
            ? throw FilterError.At(part.Place(0, Path(index)), $"{FilterError.Quote(text)} ends before it begins", "Write the lower event first.")
            : range.Count > ushort.MaxValue
            ? throw FilterError.At(part.Place(0, Path(index)), $"{FilterError.Quote(text)} has 65536 events", "KVM counts the events of a range in 16 bits: write two ranges.")
            : new ArmRangeEntry(range, part.Place(0, Path(index)));
    }

    // QEMU takes these for hexadecimal with and without 0x; 17 would be 23 to it.
    private static ushort Number(SourceWord part, int start, int end, int index)
    {
        var text = part.Text.AsSpan(start, end - start);
        var isPrefixed = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (!uint.TryParse(isPrefixed ? text[2..] : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value > ushort.MaxValue)
        {
            throw FilterError.At(part.Place(start, Path(index)), $"{FilterError.Quote(text)} is no event number", "It is hexadecimal, from 0x0 to 0xffff.");
        }

        return isPrefixed || value < 10
            ? (ushort)value
            : throw FilterError.At(
                part.Place(start, Path(index)),
                $"{FilterError.Quote(text)} is hexadecimal to QEMU, without saying so",
                $"Write 0x{text}{(IsDecimal(text, out var number) ? $", or 0x{number:x} if decimal was meant" : "")}.");
    }

    private static bool IsDecimal(ReadOnlySpan<char> text, out ushort number) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Path(int index) => $"range {index}";
}
