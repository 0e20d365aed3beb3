using Perfmon.Registers;
using static Perfmon.Tests.Registers.RegisterGenerators;

namespace Perfmon.Tests.Registers;

public sealed class VirtualModelProperties
{
    [Fact]
    public void Every_selection_fits_where_its_words_do_and_comes_back() => Holds(Selections, selection =>
    {
        for (var pmc = RegisterSpace.FirstVirtual; pmc < RegisterSpace.Count; pmc++)
        {
            var pmcs = new ulong[RegisterSpace.Count];
            var words = VirtualModel.WordCount(selection);
            Assert.InRange(words, 1, 6);
            Assert.Equal(pmc + words <= RegisterSpace.Count, VirtualModel.TryEncode(pmc, selection, pmcs));
            if (pmc + words > RegisterSpace.Count)
            {
                Assert.Equal(new ulong[RegisterSpace.Count], pmcs);
                continue;
            }

            Assert.Equal(CounterSetting.Counts(selection), VirtualModel.Decode(pmc, pmcs));
            Assert.Equal(
                Enumerable.Range(pmc + 1, words - 1),
                Enumerable.Range(0, RegisterSpace.Count).Where(register => VirtualModel.IsExtension(register, pmcs)));
        }
    });

    [Fact]
    public void What_any_head_selects_encodes_and_comes_back() => Holds(Pmcs, pmcs =>
    {
        foreach (var pmd in VirtualModel.Pmds)
        {
            if (VirtualModel.Decode(pmd.Number, pmcs) is { IsEnabled: true } setting)
            {
                var encoded = new ulong[RegisterSpace.Count];
                Assert.True(VirtualModel.TryEncode(pmd.Number, setting.Selection, encoded));
                Assert.Equal(setting, VirtualModel.Decode(pmd.Number, encoded));
            }
        }
    });

    [Fact]
    public void Encoding_among_others_changes_none_of_them() => Holds(Pmcs, before =>
    {
        var selection = new EventSelection { Type = 2, Config = 1UL << 40, Config1 = ulong.MaxValue, Config3 = 3 };
        for (var pmc = RegisterSpace.FirstVirtual; pmc < RegisterSpace.Count; pmc += 3)
        {
            ulong[] after = [.. before];
            if (!VirtualModel.TryEncode(pmc, selection, after))
            {
                Assert.Equal(before, after);
                continue;
            }

            Assert.Equal(CounterSetting.Counts(selection), VirtualModel.Decode(pmc, after));
            for (var other = RegisterSpace.FirstVirtual; other < RegisterSpace.Count; other++)
            {
                if (other != pmc)
                {
                    Assert.Equal(VirtualModel.Decode(other, before), VirtualModel.Decode(other, after));
                }
            }
        }
    });

    [Fact]
    public void A_register_is_a_head_or_a_word_of_exactly_one_head() => Holds(Pmcs, pmcs =>
    {
        // The same rule told from the other side: heads follow one another by the words that each has.
        var words = 0;
        for (var register = RegisterSpace.FirstVirtual; register < RegisterSpace.Count; register++)
        {
            Assert.Equal(words > 0, VirtualModel.IsExtension(register, pmcs));
            words = words > 0 ? words - 1 : (int)ulong.PopCount(pmcs[register] >> 56 & 0x1f);
        }
    });
}
