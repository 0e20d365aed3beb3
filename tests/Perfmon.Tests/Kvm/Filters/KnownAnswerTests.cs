using Perfmon.Host;
using Perfmon.Kvm.Filters;

namespace Perfmon.Tests.Kvm.Filters;

/// <summary>What masked filters are known to answer: loads, stores and both on Intel, three umasks of one select on AMD.</summary>
public sealed class KnownAnswerTests
{
    // I(mask, match) includes, X(mask, match) excludes; the answers in order of the umasks.
    [Theory]
    [InlineData("I(ff,81)", "100")]
    [InlineData("I(ff,82)", "010")]
    [InlineData("I(ff,83)", "001")]
    [InlineData("I(7c,00) X(ff,83)", "110")]
    [InlineData("I(7c,00) X(ff,82)", "101")]
    [InlineData("I(fe,82)", "011")]
    [InlineData("I(7c,00)", "111")]
    public void Loads_and_stores_of_Intel(string entries, string answers) => Holds(0xd0, [0x81, 0x82, 0x83], entries, answers, CpuVendor.Intel);

    [Theory]
    [InlineData("I(ff,01)", "100")]
    [InlineData("I(ff,02)", "010")]
    [InlineData("I(ff,04)", "001")]
    [InlineData("I(fc,00)", "110")]
    [InlineData("I(f8,00) X(ff,02)", "101")]
    [InlineData("I(f8,00) X(ff,01)", "011")]
    [InlineData("I(f8,00)", "111")]
    public void Dispatched_operations_of_Amd(string entries, string answers) => Holds(0x29, [1, 2, 4], entries, answers, CpuVendor.Amd);

    private static void Holds(ushort select, byte[] umasks, string entries, string answers, CpuVendor vendor)
    {
        var events = entries.Split(' ').Select(entry => new MaskedEvent(
            select, Convert.ToByte(entry[5..7], 16), Convert.ToByte(entry[2..4], 16), entry[0] == 'X'));
        foreach (var action in new[] { FilterAction.Allow, FilterAction.Deny })
        {
            var filter = PmuEventFilter.Create(action, events, vendor: vendor);
            foreach (var same in new[] { filter, filter.Normalise(vendor), filter.WithEncoding(FilterEncoding.Raw, vendor), PmuEventFilter.FromBytes(filter.ToBytes()) })
            {
                var decisions = umasks.Select(umask => same.Decide(GuestEvent.Programmable(select, umask), vendor).Allowed);
                Assert.Equal(answers.Select(answer => answer == '1' == (action == FilterAction.Allow)), decisions);
                Assert.Equal(action == FilterAction.Deny, same.Decide(GuestEvent.Programmable((ushort)(select ^ 1), umasks[0]), vendor).Allowed);
            }
        }
    }
}
