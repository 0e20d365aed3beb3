using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;

namespace Perfmon.Kvm.Forms;

/// <summary>Makes raw entries of masked ones, for kernels before Linux 6.2 and programs that know no masked entries.</summary>
public static class RawExpansion
{
    /// <summary>
    /// The filter with an entry for each event that the masked entries of <paramref name="filter"/> include and do not exclude again; a raw filter as it is. It decides
    /// as <paramref name="filter"/> does.
    /// </summary>
    /// <exception cref="PerfmonException">They are more than <see cref="PmuEventFilter.MostEvents"/>; the message has the number.</exception>
    public static PmuEventFilter Of(PmuEventFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        if (filter.Encoding == FilterEncoding.Raw)
        {
            return filter;
        }

        var count = filter.Listed.Selects.Sum(listed => listed.Value.Count);
        if (count > PmuEventFilter.MostEvents)
        {
            throw TranslationErrors.TooManyRawEvents(filter, count);
        }

        var events =
            from listed in filter.Listed.Selects
            from umask in Enumerable.Range(0, byte.MaxValue + 1)
            where listed.Value.Contains((byte)umask)
            select new SelectUmaskEvent(listed.Key, (ushort)umask);
        return PmuEventFilter.Create(filter.Action, events, filter.FixedCounters);
    }
}
