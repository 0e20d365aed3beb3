using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms.Syntax;

namespace Perfmon.Kvm.Forms;

/// <summary>The bytes of <c>struct kvm_pmu_event_filter</c>, as KVM_SET_PMU_EVENT_FILTER takes them, in hexadecimal; white space anywhere between them.</summary>
internal sealed class KernelForm() : FilterForm("kernel", "the bytes for KVM_SET_PMU_EVENT_FILTER in hexadecimal")
{
    public override GuestArchitecture? Guest => GuestArchitecture.X86;

    /// <summary>The header in one line, and each event in its own.</summary>
    public override WrittenFilter Write(PmuEventFilter filter, string id = DefaultId)
    {
        var bytes = filter.ToBytes();
        var lines = new List<string> { Convert.ToHexStringLower(bytes.AsSpan(0, PmuEventFilter.HeaderBytes)) };
        for (var start = PmuEventFilter.HeaderBytes; start < bytes.Length; start += PmuEventFilter.EventBytes)
        {
            lines.Add(Convert.ToHexStringLower(bytes.AsSpan(start, PmuEventFilter.EventBytes)));
        }

        return new WrittenFilter(this, lines, []);
    }

    internal override bool Claims(FilterSource source) => source.Bytes.Count > 0;

    internal override FilterDocument Read(FilterSource source)
    {
        var digits = string.Concat(source.Bytes.Select(word => word.Text));
        var place = source.Bytes[0].Place(0);
        if (digits.Length % 2 != 0)
        {
            throw FilterError.At(place, $"{digits.Length} hexadecimal digits are no whole bytes", "Two digits are a byte.");
        }

        var filter = PmuEventFilter.FromBytes(Convert.FromHexString(digits));
        var entries = filter.Events.Select((entry, index) => new FilterEntry(entry, filter.Action, place with { Path = $"event {index}" })).ToList();
        return new FilterDocument(this, null, GuestArchitecture.X86)
        {
            Entries = entries,
            FixedCounters = new FixedCounterEntry(filter.FixedCounters, filter.Action, place with { Path = "fixed_counter_bitmap" }),
            Notes = [.. FilterObjects.Notes(entries)],
        };
    }
}
