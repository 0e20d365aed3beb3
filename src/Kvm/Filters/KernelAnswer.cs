using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Kvm.Filters;

/// <summary>What the kernel answers to KVM_SET_PMU_EVENT_FILTER, foretold from the bytes alone.</summary>
/// <param name="Errno">The errno: 0, EFAULT, EINVAL or E2BIG.</param>
/// <param name="Because">Why, as a sentence that names the field or the entry.</param>
/// <param name="Entry">The index of the entry that is refused; null where it is none, or none alone.</param>
public readonly record struct KernelAnswer(int Errno, string Because, int? Entry = null)
{
    /// <summary>Whether the kernel takes the filter.</summary>
    public bool Accepted => Errno == 0;

    /// <summary>
    /// The answer to <paramref name="bytes"/>, whatever they are, on a machine of <paramref name="vendor"/> (null: whoever has the widest selects). Beyond the
    /// bytes nothing is taken to be readable; bytes that the filter does not need are not looked at.
    /// </summary>
    // The order is the kernel's: the first thing wrong gives the errno.
    public static KernelAnswer To(ReadOnlySpan<byte> bytes, CpuVendor? vendor)
    {
        _ = EntryBits.LastSelect(vendor);
        if (bytes.Length < PmuEventFilter.HeaderBytes)
        {
            return Refusal(Native.Errno.EFAULT, $"The header has {PmuEventFilter.HeaderBytes} bytes, of which {bytes.Length} are there.");
        }

        var action = PmuEventFilter.Word(bytes, 0);
        if (action > (uint)FilterAction.Deny)
        {
            return Refusal(Native.Errno.EINVAL, $"The action is {action}: it is 0 (allow) or 1 (deny).");
        }

        var flags = PmuEventFilter.Word(bytes, PmuEventFilter.FlagsOffset);
        if (flags > (uint)FilterEncoding.Masked)
        {
            return Refusal(Native.Errno.EINVAL, $"The flags are 0x{flags:x}: they are 0 (raw) or 1 (masked).");
        }

        var count = PmuEventFilter.Word(bytes, PmuEventFilter.CountOffset);
        if (count > PmuEventFilter.MostEvents)
        {
            return Refusal(Native.Errno.E2BIG, $"The filter has {count} events: at most {PmuEventFilter.MostEvents} are taken.");
        }

        var needed = PmuEventFilter.HeaderBytes + (PmuEventFilter.EventBytes * (int)count);
        return bytes.Length < needed
            ? Refusal(Native.Errno.EFAULT, $"{count} events end at byte {needed}, and {bytes.Length} bytes are there.")
            : ToEvents(bytes, (int)count, (FilterEncoding)flags, vendor);
    }

    private static KernelAnswer ToEvents(ReadOnlySpan<byte> bytes, int count, FilterEncoding encoding, CpuVendor? vendor)
    {
        var dropped = 0;
        for (var index = 0; index < count; index++)
        {
            var code = PmuEventFilter.EventAt(bytes, index);
            var impossible = code & EntryBits.Impossible(encoding, vendor);
            if (impossible == 0)
            {
                continue;
            }

            if (encoding == FilterEncoding.Masked)
            {
                var because = $"Entry {index} is 0x{code:x16}. {FilterWords.MeanNothing(impossible, encoding, vendor)}";
                return new KernelAnswer((int)Native.Errno.EINVAL, because, index);
            }

            dropped++;
        }

        return new KernelAnswer(0, dropped == 0 ? "The filter is taken." : $"The filter is taken, and {dropped} of its {count} entries dropped: no event is like them.");
    }

    private static KernelAnswer Refusal(Errno error, string because) => new((int)error, because);
}
