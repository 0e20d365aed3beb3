using Perfmon.Diagnostics;
using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>Reads filters as people write them for QEMU and kvmtool.</summary>
public static class FilterText
{
    /// <summary>
    /// The filter in <paramref name="text"/>, whose form is found out: any of <see cref="FilterForm.All"/>, as options (<c>-object '{…}' -accel
    /// kvm,pmu-filter=f0</c>), as values alone (<c>{…}</c>, <c>kvm-pmu-event,…</c>, <c>A:0x11-0x11</c>), or within a whole command line of QEMU. A text of more than 2^20
    /// characters is refused.
    /// </summary>
    /// <exception cref="PerfmonException">It is none; the message names the key or value, its line and column, and what it can be.</exception>
    public static FilterDocument Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var source = FilterSource.Read(text);
        return FilterForm.All.First(form => form.Claims(source)).Read(source);
    }
}
