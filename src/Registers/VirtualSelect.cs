using System.Numerics;

namespace Perfmon.Registers;

/// <summary>
/// The words that select one kernel event: a head and what follows it.
/// <code>
/// 31:0  config, low 32 bits        54     precise_ip, 2 bits         61  reserved, 2 bits, 0
/// 47:32 type                       56     a CONFIG word follows      63  enable
/// 48    exclude_user               57     a CONFIG1 word follows
/// 49    exclude_kernel             58     a CONFIG2 word follows
/// 50    exclude_hv                 59     a CONFIG3 word follows
/// 51    exclude_host               60     a CONFIG4 word follows
/// 52    exclude_guest
/// 53    exclude_idle               breakpoints: config 3:0 is bp_type, config 7:4 is bp_len, CONFIG1 is bp_addr
/// </code>
/// </summary>
internal static class VirtualSelect
{
    /// <summary>A head and five words.</summary>
    public const int MaximumWordCount = 6;

    private const int TypeShift = 32;
    private const int ExcludeShift = 48;
    private const int PreciseShift = 54;
    private const int FollowerShift = 56;
    private const ulong Config = 1UL << FollowerShift;
    private const ulong Config1 = Config << 1;
    private const ulong Config2 = Config << 2;
    private const ulong Config3 = Config << 3;
    private const ulong Config4 = Config << 4;
    private const ulong Followers = Config | Config1 | Config2 | Config3 | Config4;
    private const ulong Reserved = 3UL << 61;
    private const ulong Enable = 1UL << 63;

    /// <summary>
    /// Words from <paramref name="head"/> to the next head. A disabled head keeps its words, so that clearing and setting
    /// the enable bit alone stops and resumes a counter, and an address with bit 63 set never starts one.
    /// </summary>
    public static int WordCount(ulong head) => 1 + BitOperations.PopCount(head & Followers);

    /// <summary>What the head at the start of <paramref name="words"/>, at PMC <paramref name="pmc"/>, selects.</summary>
    public static CounterSetting Decode(int pmc, ReadOnlySpan<ulong> words)
    {
        var head = words[0];
        if ((head & Enable) == 0)
        {
            return CounterSetting.Off;
        }

        if ((head & Reserved) != 0)
        {
            return CounterSetting.Invalid($"PMC {pmc}: bits 62:61 are reserved and must be 0.");
        }

        var last = pmc + WordCount(head) - 1;
        if (last >= RegisterSpace.Count)
        {
            return CounterSetting.Invalid(
                $"PMC {pmc}: by bits 60:56 its words reach PMC {last}, but the last one is {RegisterSpace.Count - 1}.");
        }

        if ((head & Config) != 0 && (uint)head != 0)
        {
            return CounterSetting.Invalid($"PMC {pmc}: bit 56 says that the config is the word that follows, so bits 31:0 must be 0.");
        }

        var selection = new EventSelection
        {
            Type = (ushort)(head >> TypeShift),
            Config = (head & Config) != 0 ? Follower(words, Config) : (uint)head,
            Config1 = Follower(words, Config1),
            Config2 = Follower(words, Config2),
            Config3 = Follower(words, Config3),
            Config4 = Follower(words, Config4),
            Exclude = (Exclusions)(head >> ExcludeShift & 0x3f),
            PreciseIp = (byte)(head >> PreciseShift & 3),
        };
        return selection.Type == EventType.Breakpoint ? DecodeBreakpoint(pmc, head, selection) : CounterSetting.Counts(selection);
    }

    /// <summary>
    /// Writes the shortest form of <paramref name="selection"/> and returns how many words it is. What has no form comes
    /// out cut short: it does not decode to the same selection.
    /// </summary>
    public static int Encode(in EventSelection selection, Span<ulong> words)
    {
        var isBreakpoint = selection.Type == EventType.Breakpoint;
        var config = isBreakpoint ? (ulong)selection.Breakpoint | selection.Config2 << 4 : selection.Config;
        var isLong = config > uint.MaxValue;
        ReadOnlySpan<ulong> followers =
            [isLong ? config : 0, selection.Config1, isBreakpoint ? 0 : selection.Config2, selection.Config3, selection.Config4];

        var head = Enable
            | (isLong ? 0 : config)
            | (ulong)(ushort)selection.Type << TypeShift
            | ((ulong)selection.Exclude & 0x3f) << ExcludeShift
            | ((ulong)selection.PreciseIp & 3) << PreciseShift;
        var count = 1;
        for (var i = 0; i < followers.Length; i++)
        {
            if (followers[i] != 0)
            {
                head |= Config << i;
                words[count++] = followers[i];
            }
        }

        words[0] = head;
        return count;
    }

    private static CounterSetting DecodeBreakpoint(int pmc, ulong head, in EventSelection selection)
    {
        if ((head & (Config | Config2)) != 0)
        {
            return CounterSetting.Invalid(
                $"PMC {pmc}: a breakpoint takes no CONFIG or CONFIG2 word (bits 56 and 58); its length is bits 7:4.");
        }

        if ((uint)head >> 8 != 0)
        {
            return CounterSetting.Invalid($"PMC {pmc}: bits 31:8 of a breakpoint are reserved and must be 0.");
        }

        // Execute with read and write is the kernel's HW_BREAKPOINT_INVALID; which unions work beyond that is the CPU's answer.
        var access = head & 0xf;
        if (access is 0 or > 6)
        {
            return CounterSetting.Invalid(
                $"PMC {pmc}: bits 3:0 of a breakpoint are its accesses, 1 read, 2 write, 4 execute or a union of two, not {access}.");
        }

        var length = head >> 4 & 0xf;
        if (length is not (1 or 2 or 4 or 8))
        {
            return CounterSetting.Invalid($"PMC {pmc}: bits 7:4 of a breakpoint are its length, 1, 2, 4 or 8 bytes, not {length}.");
        }

        return CounterSetting.Counts(selection with { Config = 0, Config2 = length, Breakpoint = (BreakpointAccess)access });
    }

    private static ulong Follower(ReadOnlySpan<ulong> words, ulong which) =>
        (words[0] & which) == 0 ? 0 : words[1 + BitOperations.PopCount(words[0] & Followers & (which - 1))];
}
