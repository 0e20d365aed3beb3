using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>kvmtool's: ranges with commas between. It is a value alone, for the option is in no release of kvmtool.</summary>
internal sealed class KvmtoolForm() : ArmRangesForm("kvmtool", "ranges for kvmtool: A:0x11-0x11,D:0x30-0x30")
{
    private protected override char Separator => ',';

    public static bool IsSeparated(FilterSource source) =>
        source.Ranges[0].Text is var text && text.Contains(',', StringComparison.Ordinal) && !text.Contains(';', StringComparison.Ordinal);

    public override WrittenFilter Write(ArmEventFilter filter, string id = DefaultId) => new(this, [Text(filter, Separator)], []);

    internal override bool Claims(FilterSource source) => source.Ranges.Count > 0 && IsSeparated(source);
}
