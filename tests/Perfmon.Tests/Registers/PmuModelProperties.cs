using Perfmon.Registers;
using static Perfmon.Tests.Registers.RegisterGenerators;

namespace Perfmon.Tests.Registers;

/// <summary>What holds for every model, whatever the PMCs hold.</summary>
public sealed class PmuModelProperties
{
    [Fact]
    public void Decode_answers_for_every_number_and_every_value() => Holds(Pmcs, pmcs =>
    {
        foreach (var map in Models.Select(model => new RegisterMap(model)).Append(new RegisterMap()))
        {
            for (var pmd = -2; pmd < RegisterSpace.Count + 2; pmd++)
            {
                var setting = map.Decode(pmd, pmcs);
                Assert.False(setting.IsEnabled && (setting.Error is not null || map.Pmd(pmd) is null || map.CompanionPmc(pmd) < 0));
            }
        }
    });

    [Fact]
    public void What_a_counter_counts_encodes_and_comes_back() => Holds(Pmcs, pmcs =>
    {
        foreach (var model in Models)
        {
            foreach (var pmd in model.Pmds)
            {
                if (model.Decode(pmd.Number, pmcs) is { IsEnabled: true } setting)
                {
                    var encoded = Defaults(model);
                    Assert.True(model.TryEncode(pmd.Number, setting.Selection, encoded));
                    Assert.Equal(setting, model.Decode(pmd.Number, encoded));
                }
            }
        }
    });

    [Fact]
    public void Encoding_one_counter_leaves_the_others_and_reserved_bits_alone() => Holds(Pmcs, pmcs =>
    {
        foreach (var model in Models)
        {
            var before = Written(model, pmcs);
            ulong[] others = [.. pmcs.Reverse()];
            foreach (var pmd in model.Pmds)
            {
                var after = before.ToArray();
                var selection = model.Decode(pmd.Number, others).Selection;
                Assert.Equal(model.TryEncode(pmd.Number, selection, after), model.Decode(pmd.Number, others).IsEnabled);
                Assert.Equal(after, Written(model, after));
                Assert.All(
                    model.Pmds.Where(other => other != pmd),
                    other => Assert.Equal(model.Decode(other.Number, before), model.Decode(other.Number, after)));
            }
        }
    });

    [Fact]
    public void Reserved_bits_never_change_and_never_matter() => Holds(Pmcs, pmcs =>
    {
        foreach (var model in Models)
        {
            foreach (var pmc in model.Pmcs)
            {
                var left = pmc.Apply(pmcs[pmc.Number]);
                Assert.Equal(pmc.Default & pmc.Reserved, left & pmc.Reserved);
                Assert.Equal(pmcs[pmc.Number] & ~pmc.Reserved, left & ~pmc.Reserved);
            }

            var written = Written(model, pmcs);
            Assert.All(model.Pmds, pmd => Assert.Equal(model.Decode(pmd.Number, pmcs), model.Decode(pmd.Number, written)));
        }
    });

    [Fact]
    public void Unwritten_registers_are_off_and_numbers_increase()
    {
        foreach (var model in Models)
        {
            Assert.All(model.Pmds, pmd => Assert.Equal(CounterSetting.Off, model.Decode(pmd.Number, Defaults(model))));
            Assert.Equal(model.Pmcs.Select(pmc => pmc.Number).Order().Distinct(), model.Pmcs.Select(pmc => pmc.Number));
            Assert.Equal(model.Pmds.Select(pmd => pmd.Number).Order().Distinct(), model.Pmds.Select(pmd => pmd.Number));
        }
    }

    private static ulong[] Defaults(PmuModel model) => Written(model, new ulong[RegisterSpace.Count], pmc => pmc.Default);

    private static ulong[] Written(PmuModel model, ulong[] pmcs) => Written(model, pmcs, pmc => pmc.Apply(pmcs[pmc.Number]));

    private static ulong[] Written(PmuModel model, ulong[] pmcs, Func<RegisterDescription, ulong> value)
    {
        var written = pmcs.ToArray();
        foreach (var pmc in model.Pmcs)
        {
            written[pmc.Number] = value(pmc);
        }

        return written;
    }
}
