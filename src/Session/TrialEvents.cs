using Perfmon.Host;
using Perfmon.Native;
using Perfmon.Native.Abi;

namespace Perfmon.Session;

/// <summary>
/// The events that try a PMU's counters: one of each kind that has a counter of its own on some CPUs, then the same one, which goes on
/// any other counter, over and over.
/// </summary>
/// <remarks>
/// Arm's cycle counter counts cycles only, and the instruction counter of PMUv3p9 instructions only. The fixed counters of Intel count
/// instructions, cycles and reference cycles; the kernel prefers them for these, and gives further cycles the general ones. The one for
/// slots, which must lead a group of top-down events, is not tried.
/// </remarks>
internal sealed class TrialEvents
{
    // No PMU has as many counters; one that accepts more counts in another way than by counters.
    private const int Most = 64;

    private const ulong GenericCycles = 0;
    private const ulong GenericInstructions = 1;
    private const ulong GenericReferenceCycles = 9;

    private static readonly (string Name, ulong Config)[] s_generic =
        [("instructions", GenericInstructions), ("ref-cycles", GenericReferenceCycles)];

    private static readonly (string Name, ulong Config) s_genericOther = ("cycles", GenericCycles);

    private static readonly (string Name, ulong Config)[] s_arm = [("cycles", 0x11), ("instructions", 0x08)];

    private static readonly (string Name, ulong Config) s_armOther = ("software increments", ArmPmuProbe.SoftwareIncrement);

    private TrialEvents(IReadOnlyList<PerfEventAttr> single, PerfEventAttr repeated, string description)
    {
        Single = single.Count;
        All = [.. single, .. Enumerable.Repeat(repeated, Most - single.Count)];
        Description = description;
    }

    /// <summary>The events, in the order in which they are tried.</summary>
    public IReadOnlyList<PerfEventAttr> All { get; }

    /// <summary>How many of them, from the first on, are tried once; the others are all the same.</summary>
    public int Single { get; }

    /// <summary>What they are, in words.</summary>
    public string Description { get; }

    /// <summary>The events for <paramref name="pmu"/> that it has; the refusal where this user may not open them.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="pmu">A core PMU.</param>
    /// <param name="isOnly">Whether it is the machine's only one.</param>
    public static (TrialEvents? Events, Errno Refusal) For(IPerfKernel kernel, Pmu pmu, bool isOnly)
    {
        // Apple's PMUs have event numbers of their own, which the kernel's generic events know.
        var isPmuV3 = pmu.IsArm && !pmu.Name.StartsWith("apple_", StringComparison.Ordinal);
        var (kinds, last) = isPmuV3 ? (s_arm, s_armOther) : (s_generic, s_genericOther);

        // PERF_PMU_TYPE_SHIFT: where cores differ, a generic event's upper half says which PMU is meant.
        var ofPmu = isOnly ? 0 : (ulong)pmu.Type << 32;
        PerfEventAttr Attr(ulong config) => new()
        {
            Type = isPmuV3 ? pmu.Type : (uint)PerfTypeId.Hardware,
            Size = PerfEventAttr.Size9,
            Config = isPmuV3 ? config : config | ofPmu,
            ReadFormat = CounterTrial.ReadFormat,

            // User mode only, which every user may count.
            Flags = PerfEventAttrFlags.ExcludeKernel | PerfEventAttrFlags.ExcludeHv,
        };

        var repeated = Attr(last.Config);
        var refusal = Refusal(kernel, repeated);
        var known = new List<(string Name, ulong Config)>();
        foreach (var kind in kinds)
        {
            var answer = Refusal(kernel, Attr(kind.Config));
            if (answer == Errno.None)
            {
                known.Add(kind);
            }
            else if (answer is not (Errno.ENOENT or Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENODEV))
            {
                // Not what the PMU lacks: what this process may not have.
                refusal = answer;
            }
        }

        if (refusal != Errno.None)
        {
            return (null, refusal);
        }

        var names = string.Concat(known.Select(kind => $"{kind.Name}, "));
        var description = $"{names}{(known.Count == 0 ? "" : "then ")}{last.Name} until one got no counter";
        return (new TrialEvents([.. known.Select(kind => Attr(kind.Config))], repeated, description), Errno.None);
    }

    private static Errno Refusal(IPerfKernel kernel, PerfEventAttr attr)
    {
        var result = kernel.PerfEventOpen(ref attr, 0, -1, -1, PerfEventOpenFlags.FdCloexec);
        if (!result.Failed)
        {
            new SafeKernelHandle(kernel, (int)result.Value).Dispose();
        }

        return result.Error;
    }
}
