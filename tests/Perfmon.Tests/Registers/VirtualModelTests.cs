using Perfmon.Registers;

namespace Perfmon.Tests.Registers;

public sealed class VirtualModelTests
{
    private const ulong Enable = 1UL << 63;
    private const ulong Raw = 4UL << 32;
    private const ulong Breakpoint = 5UL << 32;

    public static TheoryData<string, ulong[], EventSelection> Selections => new()
    {
        { "everything 0 is hardware event 0", [Enable], default },
        { "config and type", [Enable | 0x1234_ffff_ffff], new() { Type = 0x1234, Config = 0xffff_ffff } },
        { "exclude_user", [Enable | 1UL << 48], new() { Exclude = Exclusions.User } },
        { "exclude_kernel", [Enable | 1UL << 49], new() { Exclude = Exclusions.Kernel } },
        { "exclude_hv", [Enable | 1UL << 50], new() { Exclude = Exclusions.Hypervisor } },
        { "exclude_host", [Enable | 1UL << 51], new() { Exclude = Exclusions.Host } },
        { "exclude_guest", [Enable | 1UL << 52], new() { Exclude = Exclusions.Guest } },
        { "exclude_idle", [Enable | 1UL << 53], new() { Exclude = Exclusions.Idle } },
        { "precise_ip", [Enable | 3UL << 54], new() { PreciseIp = 3 } },
        { "CONFIG", [Enable | Raw | 1UL << 56, 0x1_0000_0000], new() { Type = 4, Config = 0x1_0000_0000 } },
        { "CONFIG1", [Enable | Raw | 1UL << 57 | 7, 1], new() { Type = 4, Config = 7, Config1 = 1 } },
        { "CONFIG2", [Enable | Raw | 1UL << 58 | 7, 2], new() { Type = 4, Config = 7, Config2 = 2 } },
        { "CONFIG3", [Enable | Raw | 1UL << 59 | 7, 3], new() { Type = 4, Config = 7, Config3 = 3 } },
        { "CONFIG4", [Enable | Raw | 1UL << 60 | 7, 4], new() { Type = 4, Config = 7, Config4 = 4 } },
        {
            "all words, in order",
            [Enable | Raw | 0x1fUL << 56, ulong.MaxValue, 1, 2, 3, 4],
            new() { Type = 4, Config = ulong.MaxValue, Config1 = 1, Config2 = 2, Config3 = 3, Config4 = 4 }
        },
        {
            "breakpoint",
            [Enable | Breakpoint | 1UL << 57 | 0x42, 0xffff_ffff_8100_0000],
            new() { Type = 5, Breakpoint = BreakpointAccess.Write, Config1 = 0xffff_ffff_8100_0000, Config2 = 4 }
        },
        {
            "breakpoint at 0, two accesses",
            [Enable | Breakpoint | 0x83],
            new() { Type = 5, Breakpoint = BreakpointAccess.Read | BreakpointAccess.Write, Config2 = 8 }
        },
    };

    [Theory]
    [MemberData(nameof(Selections))]
    public void Each_field_decodes_and_encodes(string field, ulong[] words, EventSelection selection)
    {
        foreach (var pmc in new[] { 256, 300, RegisterSpace.Count - words.Length })
        {
            var pmcs = new ulong[RegisterSpace.Count];
            words.CopyTo(pmcs, pmc);
            Assert.Equal(CounterSetting.Counts(selection), VirtualModel.Decode(pmc, pmcs));

            var encoded = new ulong[RegisterSpace.Count];
            Assert.True(VirtualModel.TryEncode(pmc, selection, encoded), field);
            Assert.Equal(pmcs, encoded);
        }

        Assert.Equal(words.Length, VirtualModel.WordCount(selection));
    }

    [Theory]
    [InlineData(256, Enable | 1UL << 61, "PMC 256", "62:61")]
    [InlineData(257, Enable | 1UL << 62, "PMC 257", "62:61")]
    [InlineData(256, Enable | 1UL << 56 | 1, "PMC 256", "bit 56", "31:0")]
    [InlineData(319, Enable | 1UL << 57, "PMC 319", "60:56", "PMC 320")]
    [InlineData(315, Enable | 0x1fUL << 56, "PMC 315", "60:56", "PMC 320")]
    [InlineData(256, Enable | Breakpoint | 0x40, "PMC 256", "3:0", "not 0")]
    [InlineData(256, Enable | Breakpoint | 0x47, "PMC 256", "3:0", "not 7")]
    [InlineData(256, Enable | Breakpoint | 0x48, "PMC 256", "3:0", "not 8")]
    [InlineData(256, Enable | Breakpoint | 0x02, "PMC 256", "7:4", "not 0")]
    [InlineData(256, Enable | Breakpoint | 0x32, "PMC 256", "7:4", "not 3")]
    [InlineData(256, Enable | Breakpoint | 0x142, "PMC 256", "31:8")]
    [InlineData(256, Enable | Breakpoint | 1UL << 56, "PMC 256", "CONFIG")]
    [InlineData(256, Enable | Breakpoint | 1UL << 58 | 0x42, "PMC 256", "CONFIG2")]
    public void A_head_in_disorder_is_invalid_and_says_which_bits(int pmc, ulong head, params string[] named)
    {
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[pmc] = head;
        var setting = VirtualModel.Decode(pmc, pmcs);

        Assert.False(setting.IsEnabled);
        Assert.All(named, part => Assert.Contains(part, setting.Error, StringComparison.Ordinal));

        pmcs[pmc] = head & ~Enable;
        Assert.Equal(CounterSetting.Off, VirtualModel.Decode(pmc, pmcs));
    }

    [Fact]
    public void The_last_words_may_be_the_last_registers()
    {
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[314] = Enable | Raw | 0x1fUL << 56;
        Assert.True(VirtualModel.Decode(314, pmcs).IsEnabled);
    }

    [Fact]
    public void A_word_that_looks_like_a_head_is_none()
    {
        // 256 owns 257, so 257 does not own 258.
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[256] = Enable | Raw | 1UL << 57;
        pmcs[257] = Enable | Raw | 0x1fUL << 57;
        pmcs[258] = Enable | Raw | 9;

        Assert.Equal([false, true, false], new[] { 256, 257, 258 }.Select(n => VirtualModel.IsExtension(n, pmcs)));
        Assert.Equal(pmcs[257], VirtualModel.Decode(256, pmcs).Selection.Config1);
        Assert.Equal(CounterSetting.Off, VirtualModel.Decode(257, pmcs));
        Assert.Equal(9UL, VirtualModel.Decode(258, pmcs).Selection.Config);
    }

    [Fact]
    public void A_disabled_head_keeps_its_words()
    {
        var pmcs = new ulong[RegisterSpace.Count];
        pmcs[256] = Raw | 1UL << 57;
        pmcs[257] = 0xffff_ffff_8100_0000;

        Assert.True(VirtualModel.IsExtension(257, pmcs));
        Assert.Equal(CounterSetting.Off, VirtualModel.Decode(257, pmcs));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(255)]
    [InlineData(320)]
    public void Other_registers_are_neither_extension_nor_virtual(int register)
    {
        var pmcs = new ulong[RegisterSpace.Count];
        Array.Fill(pmcs, ulong.MaxValue);
        Assert.False(VirtualModel.IsExtension(register, pmcs));
        Assert.Equal(CounterSetting.Off, VirtualModel.Decode(register, pmcs));
        Assert.False(VirtualModel.TryEncode(register, default, pmcs));
    }

    public static TheoryData<string, EventSelection> Inexpressible => new()
    {
        { "type of 17 bits", new() { Type = 0x10000 } },
        { "precise_ip of 3 bits", new() { PreciseIp = 4 } },
        { "an exclusion unknown", new() { Exclude = (Exclusions)64 } },
        { "accesses of no breakpoint", new() { Type = 4, Breakpoint = BreakpointAccess.Read } },
        { "breakpoint without access", new() { Type = 5, Config2 = 8 } },
        { "breakpoint of 3 bytes", new() { Type = 5, Config2 = 3, Breakpoint = BreakpointAccess.Read } },
        { "breakpoint of 2^60 bytes and 8", new() { Type = 5, Config2 = 1UL << 60 | 8, Breakpoint = BreakpointAccess.Read } },
        { "breakpoint of 2^32 bytes", new() { Type = 5, Config2 = 1UL << 32, Breakpoint = BreakpointAccess.Read } },
        { "breakpoint with a config", new() { Type = 5, Config = 1, Config2 = 8, Breakpoint = BreakpointAccess.Read } },
    };

    [Theory]
    [MemberData(nameof(Inexpressible))]
    public void What_has_no_form_is_refused_and_nothing_is_written(string what, EventSelection selection)
    {
        var pmcs = new ulong[RegisterSpace.Count];
        Assert.False(VirtualModel.TryEncode(256, selection, pmcs), what);
        Assert.Equal(new ulong[RegisterSpace.Count], pmcs);
    }

    [Fact]
    public void Encoding_anew_frees_words_and_never_runs_over_another_register()
    {
        var probe = new EventSelection { Type = 8, Config1 = 0xffff_ffff_8100_0000, Config2 = 0xffff_ffff_8100_0000 };
        var clock = new EventSelection { Type = EventType.Software, Config = 1 };
        var pmcs = new ulong[RegisterSpace.Count];

        Assert.True(VirtualModel.TryEncode(256, probe, pmcs));
        Assert.False(VirtualModel.TryEncode(257, clock, pmcs));
        Assert.True(VirtualModel.TryEncode(256, clock, pmcs));
        Assert.Equal(0UL, pmcs[257] | pmcs[258]);

        Assert.True(VirtualModel.TryEncode(258, clock, pmcs));
        Assert.False(VirtualModel.TryEncode(256, probe, pmcs));
        Assert.Equal(CounterSetting.Counts(clock), VirtualModel.Decode(256, pmcs));
        Assert.Equal(CounterSetting.Counts(clock), VirtualModel.Decode(258, pmcs));
    }

    [Fact]
    public void The_registers_are_256_to_319_and_keep_every_bit_written()
    {
        Assert.Equal(Enumerable.Range(256, 64), VirtualModel.Pmcs.Select(pmc => pmc.Number));
        Assert.Equal(Enumerable.Range(256, 64), VirtualModel.Pmds.Select(pmd => pmd.Number));
        Assert.All(VirtualModel.Pmcs, pmc => Assert.Equal(ulong.MaxValue, pmc.Apply(ulong.MaxValue)));
        Assert.All(VirtualModel.Pmcs, pmc => Assert.Equal(SessionKinds.Any, pmc.Sessions));
    }
}
