using Perfmon.Host;

namespace Perfmon.Kvm.Filters;

/// <summary>
/// Where things stand in an entry of <c>kvm_pmu_event_filter.events</c>. Raw: select 7:0, umask 15:8, select's high nibble 35:32. Masked: the same,
/// the umask being what must match, and exclude 55, the umask's mask 63:56.
/// </summary>
internal static class EntryBits
{
    public const ulong Select = 0xf_0000_00ff;
    public const ulong Umask = 0xff00;
    public const ulong Exclude = 1UL << 55;
    public const ulong Mask = 0xffUL << 56;

    /// <summary>The widest event select there is, AMD's.</summary>
    public const ushort WidestSelect = 0xfff;

    private const int UmaskShift = 8;
    private const int MaskShift = 56;

    public static ulong Raw(int select, int umask) => SelectBits(select) | ((ulong)umask << UmaskShift);

    public static ulong Masked(int select, byte match, byte mask, bool exclude) =>
        Raw(select, match) | ((ulong)mask << MaskShift) | (exclude ? Exclude : 0);

    public static ushort SelectOf(ulong code) => (ushort)((code & 0xff) | ((code >> 24) & 0xf00));

    public static byte UmaskOf(ulong code) => (byte)(code >> UmaskShift);

    public static byte MaskOf(ulong code) => (byte)(code >> MaskShift);

    /// <summary>The bits that the kernel of a machine of <paramref name="vendor"/> expects in no entry of this encoding; null: of any vendor.</summary>
    public static ulong Impossible(FilterEncoding encoding, CpuVendor? vendor)
    {
        var possible = SelectBits(LastSelect(vendor)) | Umask;
        return ~(encoding == FilterEncoding.Masked ? possible | Exclude | Mask : possible);
    }

    /// <summary>The last event select of <paramref name="vendor"/>; null: of any vendor.</summary>
    // KVM asks its module, not the vendor: kvm_amd serves AMD and Hygon, and kvm_intel everybody else who has VMX.
    public static ushort LastSelect(CpuVendor? vendor) => vendor switch
    {
        null or CpuVendor.Amd or CpuVendor.Hygon => WidestSelect,
        CpuVendor.Arm => throw FilterErrors.NotForArm(),
        _ => 0xff,
    };

    private static ulong SelectBits(int select) => ((ulong)select & 0xff) | (((ulong)select & 0xf00) << 24);
}
