using Perfmon.Diagnostics;
using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

public sealed partial class PmuEventFilter
{
    /// <summary>
    /// The same filter in canonical order and in no more entries: duplicates, entries that others contain and entries without effect are gone, masked entries folded
    /// where one says exactly what several say. Every event is decided as before.
    /// </summary>
    /// <param name="vendor">Whose machine the filter is for: what its kernel drops goes. Null: what every kernel drops.</param>
    /// <exception cref="PerfmonException">The kernel of this vendor's machine refuses the filter.</exception>
    public PmuEventFilter Normalise(CpuVendor? vendor = null) => FilterComposer.Normalise(this, vendor);

    /// <summary>
    /// The same filter in another encoding; every event is decided as before. To masked, what the kernel drops goes; to raw, a masked entry becomes one entry for each of its umasks.
    /// </summary>
    /// <param name="encoding">The encoding to write it in.</param>
    /// <param name="vendor">Whose machine the filter is for; null: whoever has the widest selects.</param>
    /// <exception cref="PerfmonException">It takes more entries than a filter can have, or the kernel of this vendor's machine refuses the filter.</exception>
    public PmuEventFilter WithEncoding(FilterEncoding encoding, CpuVendor? vendor = null) => FilterComposer.Encode(this, encoding, vendor);

    /// <summary>
    /// One filter of two. With the same action, it lists what either lists. With different ones, it allows what both allow: what the one lists to allow, less what the other
    /// lists to deny.
    /// </summary>
    /// <param name="first">A filter.</param>
    /// <param name="second">Another one.</param>
    /// <param name="vendor">Whose machine the filter is for: what its kernel drops goes. Null: what every kernel drops.</param>
    /// <exception cref="PerfmonException">It takes more entries than a filter can have; the message names the select that takes most.</exception>
    public static PmuEventFilter Merge(PmuEventFilter first, PmuEventFilter second, CpuVendor? vendor = null) => FilterMerge.Merge(first, second, vendor);

    /// <summary>The filter that allows what both this and <paramref name="other"/> allow.</summary>
    /// <exception cref="PerfmonException">As of <see cref="Merge"/>.</exception>
    public PmuEventFilter And(PmuEventFilter other, CpuVendor? vendor = null) => FilterMerge.Both(this, other, vendor);

    /// <summary>The filter that allows what this or <paramref name="other"/> allows.</summary>
    /// <exception cref="PerfmonException">As of <see cref="Merge"/>.</exception>
    public PmuEventFilter Or(PmuEventFilter other, CpuVendor? vendor = null) => FilterMerge.Either(this, other, vendor);

    /// <summary>What this filter, the first, and <paramref name="second"/> decide differently on machines of <paramref name="vendor"/>.</summary>
    /// <exception cref="PerfmonException">The kernel of such a machine refuses one of them.</exception>
    public FilterDifference DifferenceFrom(PmuEventFilter second, CpuVendor vendor) => FilterDifference.Between(this, second, vendor);

    /// <summary>What the kernel accepts of this filter although it is surely not meant, in order of the entries.</summary>
    /// <exception cref="PerfmonException">The kernel of this vendor's machine refuses the filter.</exception>
    public IReadOnlyList<FilterNotice> Notices(CpuVendor vendor) => new FilterReview(this, vendor).Notices();
}
