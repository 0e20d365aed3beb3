using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>The patch of April 2025: one action; decimal numbers of JSON; the fixed counters' bitmap is the number itself.</summary>
internal sealed class Qemu202504Form() : FilterObjectForm("qemu-2025-04", "object kvm-pmu-filter of the patch: one action, decimal numbers")
{
    private protected override string SelectUmaskFormat => FilterObjects.SelectUmask;

    private protected override bool HasTexts => false;

    private protected override bool IsEmptyWithZeroBitmap => true;

    private protected override bool IsLike(PropertyObject node) => HasAction(node) && IsNewest(node);
}
