using System.Numerics;
using Perfmon.Native.Abi;

namespace Perfmon.Sampling.Records;

// Behind the fixed words:
//
//     { struct read_format values;               } && PERF_SAMPLE_READ
//     { u64 nr; u64 ips[nr];                     } && PERF_SAMPLE_CALLCHAIN
//     { u32 size; char data[size];               } && PERF_SAMPLE_RAW                4 + size is a multiple of 8
//     { u64 nr;
//       { u64 hw_idx; } && PERF_SAMPLE_BRANCH_HW_INDEX
//       { u64 from, to, flags; } lbr[nr];
//       { u64 counters; } cntr[nr] && PERF_SAMPLE_BRANCH_COUNTERS
//                                                } && PERF_SAMPLE_BRANCH_STACK
//     { u64 abi; u64 regs[weight(mask)];         } && PERF_SAMPLE_REGS_USER          no regs where abi is 0
//     { u64 size; char data[size]; u64 dyn_size; } && PERF_SAMPLE_STACK_USER         size is a multiple of 8; nothing more where it is 0
//     { u64 weight;                              } && PERF_SAMPLE_WEIGHT, PERF_SAMPLE_WEIGHT_STRUCT
//     { u64 data_src;                            } && PERF_SAMPLE_DATA_SRC
//     { u64 transaction;                         } && PERF_SAMPLE_TRANSACTION
//     { u64 abi; u64 regs[weight(mask)];         } && PERF_SAMPLE_REGS_INTR
//     { u64 phys_addr;                           } && PERF_SAMPLE_PHYS_ADDR
//     { u64 cgroup;                              } && PERF_SAMPLE_CGROUP
//     { u64 data_page_size;                      } && PERF_SAMPLE_DATA_PAGE_SIZE
//     { u64 code_page_size;                      } && PERF_SAMPLE_CODE_PAGE_SIZE
//     { u64 size; char data[size];               } && PERF_SAMPLE_AUX                size is a multiple of 8

/// <summary>Finds the parts of a sample that vary in length, one after the other: each says how long it is.</summary>
internal static class SampleParts
{
    private const int WordsOfBranch = 3;

    // What a length that goes beyond the sample's end, or that no kernel writes, comes to.
    private const int Damaged = -1;

    /// <summary>The words of one part; none, when the sample does not have it or is damaged before its end.</summary>
    public static ReadOnlySpan<ulong> Find(ReadOnlySpan<ulong> words, RecordFormat format, SamplePart part)
    {
        if (format.Has(part) && format.FixedWords <= words.Length)
        {
            var rest = words[format.FixedWords..];
            var parts = format.Parts;
            for (var i = 0; i < parts.Length; i++)
            {
                var length = Length(parts, i, rest, format);
                if (length == Damaged)
                {
                    break;
                }

                if (parts[i] == part)
                {
                    return rest[..length];
                }

                rest = rest[length..];
            }
        }

        return [];
    }

    /// <summary>The word behind the last part; -1 when the sample is damaged before.</summary>
    public static int End(ReadOnlySpan<ulong> words, RecordFormat format)
    {
        if (format.FixedWords > words.Length)
        {
            return Damaged;
        }

        var rest = Skip(format.Parts, 0, words[format.FixedWords..], format);
        return rest == Damaged ? Damaged : words.Length - rest;
    }

    // How many words are behind the parts from the given one on.
    private static int Skip(SamplePart[] parts, int first, ReadOnlySpan<ulong> rest, RecordFormat format)
    {
        for (var i = first; i < parts.Length; i++)
        {
            var length = Length(parts, i, rest, format);
            if (length == Damaged)
            {
                return Damaged;
            }

            rest = rest[length..];
        }

        return rest.Length;
    }

    private static int Length(SamplePart[] parts, int part, ReadOnlySpan<ulong> rest, RecordFormat format)
    {
        if (rest.IsEmpty)
        {
            return Damaged;
        }

        var length = parts[part] switch
        {
            SamplePart.Callchain => Sum(1, rest[0], 1),
            SamplePart.Read => CounterValues.Words(rest, format.ReadFormat),
            SamplePart.Raw => OfBytes(sizeof(uint) + (ulong)(uint)rest[0]),
            SamplePart.Branches => OfBranches(parts, part, rest, format),
            SamplePart.UserRegisters => OfRegisters(rest[0], format.UserRegisters),
            SamplePart.InterruptRegisters => OfRegisters(rest[0], format.InterruptRegisters),
            SamplePart.UserStack => rest[0] == 0 ? 1 : Sum(2, OfBytes(rest[0]), 1),
            SamplePart.Aux => Sum(1, OfBytes(rest[0]), 1),
            _ => 1UL,
        };

        return length <= (ulong)rest.Length ? (int)length : Damaged;
    }

    /// <summary><paramref name="count"/> times <paramref name="each"/> words behind <paramref name="first"/>: more than any sample has, when it is too much.</summary>
    internal static ulong Sum(ulong first, ulong count, ulong each) => count > ushort.MaxValue ? ulong.MaxValue : first + (count * each);

    private static ulong OfBytes(ulong bytes) => bytes % sizeof(ulong) == 0 ? bytes / sizeof(ulong) : ulong.MaxValue;

    private static ulong OfRegisters(ulong abi, ulong mask) => abi == 0 ? 1 : 1 + (ulong)BitOperations.PopCount(mask);

    private static ulong OfBranches(SamplePart[] parts, int part, ReadOnlySpan<ulong> rest, RecordFormat format)
    {
        var each = WordsOfBranch + ((format.BranchFields & PerfBranchSampleType.Counters) != 0 ? 1UL : 0);
        if ((format.BranchFields & PerfBranchSampleType.HwIndex) == 0)
        {
            return Sum(1, rest[0], each);
        }

        // Where the PMU had no branches for a sample at all, the kernel writes no hardware index behind the 0: what is left over tells.
        return rest[0] == 0 && Skip(parts, part + 1, rest[1..], format) == 0 ? 1 : Sum(2, rest[0], each);
    }
}
