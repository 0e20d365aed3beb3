namespace Perfmon.Host;

/// <summary>
/// The names of Arm cores by the numbers of MIDR_EL1: the 64-bit ones that have an Armv8 PMU or Apple's. The numbers are those of
/// Linux's <c>arch/arm64/include/asm/cputype.h</c>, the names those of util-linux's <c>lscpu</c> where it has them.
/// </summary>
internal static class ArmNames
{
    private const int Arm = 0x41;
    private const int HiSilicon = 0x48;
    private const int Nvidia = 0x4e;
    private const int Qualcomm = 0x51;
    private const int Apple = 0x61;
    private const int Ampere = 0xc0;

    // Arm leaves 0 to software; QEMU's "max" calls itself so, with 'Q' as its part (target/arm/tcg/cpu64.c).
    private const int Software = 0;

    private static readonly Dictionary<int, string> s_implementers = new()
    {
        [Software] = "software-defined",
        [Arm] = "Arm",
        [0x42] = "Broadcom",
        [0x43] = "Cavium",
        [0x46] = "Fujitsu",
        [HiSilicon] = "HiSilicon",
        [Nvidia] = "NVIDIA",
        [0x50] = "APM",
        [Qualcomm] = "Qualcomm",
        [0x53] = "Samsung",
        [0x56] = "Marvell",
        [Apple] = "Apple",
        [0x6d] = "Microsoft",
        [0x70] = "Phytium",
        [Ampere] = "Ampere",
    };

    private static readonly Dictionary<(int Implementer, int Part), string> s_parts = new()
    {
        [(Software, 'Q')] = "QEMU max",
        [(Arm, 0xd02)] = "Cortex-A34",
        [(Arm, 0xd03)] = "Cortex-A53",
        [(Arm, 0xd04)] = "Cortex-A35",
        [(Arm, 0xd05)] = "Cortex-A55",
        [(Arm, 0xd06)] = "Cortex-A65",
        [(Arm, 0xd07)] = "Cortex-A57",
        [(Arm, 0xd08)] = "Cortex-A72",
        [(Arm, 0xd09)] = "Cortex-A73",
        [(Arm, 0xd0a)] = "Cortex-A75",
        [(Arm, 0xd0b)] = "Cortex-A76",
        [(Arm, 0xd0c)] = "Neoverse-N1",
        [(Arm, 0xd0d)] = "Cortex-A77",
        [(Arm, 0xd0e)] = "Cortex-A76AE",
        [(Arm, 0xd40)] = "Neoverse-V1",
        [(Arm, 0xd41)] = "Cortex-A78",
        [(Arm, 0xd42)] = "Cortex-A78AE",
        [(Arm, 0xd43)] = "Cortex-A65AE",
        [(Arm, 0xd44)] = "Cortex-X1",
        [(Arm, 0xd46)] = "Cortex-A510",
        [(Arm, 0xd47)] = "Cortex-A710",
        [(Arm, 0xd48)] = "Cortex-X2",
        [(Arm, 0xd49)] = "Neoverse-N2",
        [(Arm, 0xd4a)] = "Neoverse-E1",
        [(Arm, 0xd4b)] = "Cortex-A78C",
        [(Arm, 0xd4c)] = "Cortex-X1C",
        [(Arm, 0xd4d)] = "Cortex-A715",
        [(Arm, 0xd4e)] = "Cortex-X3",
        [(Arm, 0xd4f)] = "Neoverse-V2",
        [(Arm, 0xd80)] = "Cortex-A520",
        [(Arm, 0xd81)] = "Cortex-A720",
        [(Arm, 0xd82)] = "Cortex-X4",
        [(Arm, 0xd83)] = "Neoverse-V3AE",
        [(Arm, 0xd84)] = "Neoverse-V3",
        [(Arm, 0xd85)] = "Cortex-X925",
        [(Arm, 0xd87)] = "Cortex-A725",
        [(Arm, 0xd89)] = "Cortex-A720AE",
        [(Arm, 0xd8b)] = "C1-Pro",
        [(Arm, 0xd8c)] = "C1-Ultra",
        [(Arm, 0xd8e)] = "Neoverse-N3",
        [(Arm, 0xd90)] = "C1-Premium",
        [(0x42, 0x100)] = "Brahma-B53",
        [(0x42, 0x516)] = "ThunderX2",
        [(0x43, 0x0a1)] = "ThunderX-88XX",
        [(0x43, 0x0a2)] = "ThunderX-81XX",
        [(0x43, 0x0a3)] = "ThunderX-83XX",
        [(0x43, 0x0af)] = "ThunderX2-99xx",
        [(0x43, 0x0b1)] = "OcteonTX2-98XX",
        [(0x43, 0x0b2)] = "OcteonTX2-96XX",
        [(0x43, 0x0b3)] = "OcteonTX2-95XX",
        [(0x46, 0x001)] = "A64FX",
        [(HiSilicon, 0xd01)] = "Kunpeng-920",
        [(HiSilicon, 0xd02)] = "HIP09",
        [(HiSilicon, 0xd06)] = "HIP12",
        [(Nvidia, 0x003)] = "Denver-2",
        [(Nvidia, 0x004)] = "Carmel",
        [(Nvidia, 0x010)] = "Olympus",
        [(0x50, 0x000)] = "X-Gene",
        [(Qualcomm, 0x001)] = "Oryon-X1",
        [(Qualcomm, 0x800)] = "Falkor-V1/Kryo",
        [(Qualcomm, 0x801)] = "Kryo-V2",
        [(Qualcomm, 0x802)] = "Kryo-3XX-Gold",
        [(Qualcomm, 0x803)] = "Kryo-3XX-Silver",
        [(Qualcomm, 0x804)] = "Kryo-4XX-Gold",
        [(Qualcomm, 0x805)] = "Kryo-4XX-Silver",
        [(Qualcomm, 0xc00)] = "Falkor",
        [(Apple, 0x022)] = "Icestorm-M1",
        [(Apple, 0x023)] = "Firestorm-M1",
        [(Apple, 0x024)] = "Icestorm-M1-Pro",
        [(Apple, 0x025)] = "Firestorm-M1-Pro",
        [(Apple, 0x028)] = "Icestorm-M1-Max",
        [(Apple, 0x029)] = "Firestorm-M1-Max",
        [(Apple, 0x032)] = "Blizzard-M2",
        [(Apple, 0x033)] = "Avalanche-M2",
        [(Apple, 0x034)] = "Blizzard-M2-Pro",
        [(Apple, 0x035)] = "Avalanche-M2-Pro",
        [(Apple, 0x038)] = "Blizzard-M2-Max",
        [(Apple, 0x039)] = "Avalanche-M2-Max",
        [(0x6d, 0xd49)] = "Azure-Cobalt-100",
        [(Ampere, 0xac3)] = "Ampere-1",
        [(Ampere, 0xac4)] = "Ampere-1a",
    };

    /// <summary>Who makes the cores of <paramref name="implementer"/>; null where the table has no name.</summary>
    public static string? Implementer(int implementer) => s_implementers.GetValueOrDefault(implementer);

    /// <summary>The core's name; null where the table has none.</summary>
    public static string? Part(int implementer, int part) => s_parts.GetValueOrDefault((implementer, part));
}
