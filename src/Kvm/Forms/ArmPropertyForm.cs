using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>The property <c>kvm-pmu-filter</c> of QEMU's Arm CPUs, proposed in 2024: ranges with semicolons between.</summary>
internal sealed class ArmPropertyForm() : ArmRangesForm("arm", "property of an Arm CPU: -cpu host,kvm-pmu-filter=\"A:0x11-0x11;D:0x30-0x30\"")
{
    private protected override char Separator => ';';

    public override WrittenFilter Write(ArmEventFilter filter, string id = DefaultId)
    {
        var text = Text(filter, Separator);
        return new WrittenFilter(this, [text], ["-cpu", $"host,kvm-pmu-filter={text}"]);
    }

    // One range has no separator at all.
    internal override bool Claims(FilterSource source) => source.Ranges.Count > 0 && !KvmtoolForm.IsSeparated(source);
}
