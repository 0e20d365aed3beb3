using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>RFC v2 of January 2025: one action; numbers are texts.</summary>
internal sealed class Qemu202501Form() : FilterObjectForm("qemu-2025-01", "object kvm-pmu-filter of RFC v2: one action, numbers as texts")
{
    private protected override string SelectUmaskFormat => FilterObjects.Default;

    private protected override bool HasTexts => true;

    private protected override bool IsLike(PropertyObject node) => HasAction(node) && !IsNewest(node);
}
