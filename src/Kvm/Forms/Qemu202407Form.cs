using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>RFC v1 of July 2024: an action for each event and for the fixed counters; numbers are texts.</summary>
internal sealed class Qemu202407Form() : FilterObjectForm("qemu-2024-07", "object kvm-pmu-filter of RFC v1: an action for each event, numbers as texts")
{
    public override bool HasActions => true;

    private protected override string SelectUmaskFormat => FilterObjects.Default;

    private protected override bool HasTexts => true;

    private protected override bool IsLike(PropertyObject node) => !HasAction(node);
}
