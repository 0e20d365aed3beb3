using Perfmon.Diagnostics;
using Perfmon.Kvm.Filters;
using Perfmon.Kvm.Forms;

namespace Perfmon.Tests.Kvm.Forms;

/// <summary>What is written in a form is read again as the same filter, from options and from values alone.</summary>
public sealed class RoundTripTests
{
    private const int Filters = 2_000;

    public static TheoryData<string> Forms => new(FilterForm.All.Select(form => form.Name));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Of_x86(string name)
    {
        var form = FilterForm.Named(name);
        var written = 0;
        for (var seed = 0; seed < Filters; seed++)
        {
            var filter = RandomFilters.X86(seed);
            if (Refusal(() => form.Write(filter, "f0")) is { } refusal)
            {
                Assert.True(form.Guest == GuestArchitecture.Arm || (name == "qemu-2025-04" && filter is { Events.Count: 0, FixedCounters: 0 }), refusal);
                continue;
            }

            written++;
            Check(form, form.Write(filter, "f0"), document => Assert.Equal(filter, document.ToX86()));
        }

        Assert.True(form.Guest == GuestArchitecture.Arm ? written == 0 : written > Filters * 9 / 10);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Of_Arm(string name)
    {
        var form = FilterForm.Named(name);
        var written = 0;
        for (var seed = 0; seed < Filters; seed++)
        {
            var filter = RandomFilters.Arm(seed, form.HasRanges ? ushort.MaxValue : PmuEventFilter.MostEvents);
            if (Refusal(() => form.Write(filter, "f0")) is { } refusal)
            {
                Assert.True(form.Guest == GuestArchitecture.X86 || (!form.HasActions && filter.Ranges.DistinctBy(range => range.Action).Count() == 2), refusal);
                continue;
            }

            written++;

            // An object of raw codes says by the option alone whose it is, and by its action on each event which form it has.
            Check(form, form.Write(filter, "f0"), document => Assert.Equal(filter, document.ToArm()), useOnly: !form.HasRanges);
        }

        Assert.True(form.Guest == GuestArchitecture.X86 ? written == 0 : written > Filters / 4);
    }

    private static void Check(FilterForm form, WrittenFilter written, Action<FilterDocument> check, bool useOnly = false)
    {
        var options = FilterText.Read(written.ToString());

        // Without a separator, which is all that differs, one range is QEMU's.
        Assert.Same(form.Name == "kvmtool" && options.Ranges.Count == 1 ? FilterForm.Named("arm") : form, options.Form);
        Assert.DoesNotContain(options.Notes, note => !note.StartsWith("raw 0x", StringComparison.Ordinal));
        check(options);
        Assert.Equal(written.ToString(), options.To(form).ToString());
        if (!useOnly)
        {
            check(FilterText.Read(string.Join('\n', written.Values)));
        }
    }

    private static string? Refusal(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (PerfmonException refused)
        {
            return refused.Message;
        }
    }
}
