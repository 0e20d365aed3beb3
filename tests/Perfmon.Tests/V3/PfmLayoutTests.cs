using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Registers;
using Perfmon.V3;

namespace Perfmon.Tests.V3;

/// <summary>The structures are written as bytes by one side and read by the other: each field at its published offset.</summary>
public sealed class PfmLayoutTests
{
    [Fact]
    public void Sizes_are_those_published()
    {
        Assert.Equal(112, Unsafe.SizeOf<PfargSinfo>());
        Assert.Equal(16, Unsafe.SizeOf<PfargPmr>());
        Assert.Equal(208, Unsafe.SizeOf<PfargPmdAttr>());
        Assert.Equal(64, Unsafe.SizeOf<PfargMsg>());
        Assert.Equal(64, Unsafe.SizeOf<PfargSetDesc>());
        Assert.Equal(104, Unsafe.SizeOf<PfargSetInfo>());
    }

    [Fact]
    public void Set_desc_offsets()
    {
        var bytes = Bytes(new PfargSetDesc { Id = 1, Flags = PfmSetFlags.TimeSwitch, Timeout = 3 });
        AssertBytes(bytes, (0, 1), (4, 2), (8, 3));
    }

    [Fact]
    public void Set_info_offsets()
    {
        var bytes = Bytes(new PfargSetInfo { Id = 1, OverflowPmds = RegisterMask.Of(0), Runs = 2, Timeout = 3, Duration = 4 });
        AssertBytes(bytes, (0, 1), (8, 1), (48, 2), (56, 3), (64, 4));
    }

    [Fact]
    public void Sinfo_offsets()
    {
        var bytes = Bytes(new PfargSinfo { AvailablePmcs = RegisterMask.Of(0), AvailablePmds = RegisterMask.Of(319) });
        AssertBytes(bytes, (0, 1), (40 + 39, 0x80));
    }

    [Fact]
    public void Pmr_offsets()
    {
        var bytes = Bytes(new PfargPmr { Number = 1, Set = 2, Flags = PfmRegisterFlags.NoEmulation64, Value = 3 });
        AssertBytes(bytes, (0, 1), (2, 2), (4, 4), (8, 3));
    }

    [Fact]
    public void Pmd_attr_offsets()
    {
        var bytes = Bytes(new PfargPmdAttr
        {
            Number = 1,
            Set = 2,
            Flags = PfmRegisterFlags.Random,
            Value = 3,
            LongReset = 4,
            ShortReset = 5,
            RandomMask = 6,
            SampledPmds = RegisterMask.Of(0),
            ResetPmds = RegisterMask.Of(1),
            OverflowSwitchCount = 7,
            SampleEventId = 8,
            LastValue = 9,
        });
        AssertBytes(bytes, (0, 1), (2, 2), (4, 2), (8, 3), (16, 4), (24, 5), (32, 6), (40, 1), (80, 2), (120, 7), (128, 8), (136, 9));
    }

    [Fact]
    public void Msg_offsets()
    {
        var bytes = Bytes(new PfargMsg
        {
            Type = 1,
            OverflowPid = 2,
            ActiveSet = 3,
            OverflowCpu = 4,
            OverflowTid = 5,
            OverflowIp = 6,
            OverflowPmds = RegisterMask.Of(3),
        });
        AssertBytes(bytes, (0, 1), (4, 2), (8, 3), (10, 4), (12, 5), (16, 6), (24, 8));
    }

    private static byte[] Bytes<T>(T value)
        where T : struct => MemoryMarshal.AsBytes(new Span<T>(ref value)).ToArray();

    // Exactly these bytes are set, all others are zero.
    private static void AssertBytes(byte[] bytes, params (int Offset, byte Value)[] expected)
    {
        var wanted = new byte[bytes.Length];
        foreach (var (offset, value) in expected)
        {
            wanted[offset] = value;
        }

        Assert.Equal(wanted, bytes);
    }
}
