using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.V3;

namespace Perfmon.Tests.V3;

/// <summary>Event sets by the five calls: created, programmed, asked for and deleted.</summary>
public sealed class PfmSetTests : IDisposable
{
    private const ulong PageFaults = (1UL << 63) | (1UL << 32) | 2;
    private const ulong TaskClock = (1UL << 63) | (1UL << 32) | 1;

    private readonly int _session = Pfm.CreateSession(PfmSessionFlags.None, out _).OrThrow();

    public void Dispose() => Pfm.Close(_session);

    [Fact]
    public void Set_0_exists_from_creation()
    {
        Assert.Equal((0, 0UL, 0UL), (Info(0, out var info), info.Runs, info.Duration));
        Assert.Equal(22, Info(1, out _));
    }

    [Fact]
    public void Registers_of_a_set_exist_with_it()
    {
        Assert.Equal(22, WritePmc(3, 256, PageFaults));
        Create(3);
        Assert.Equal(0, WritePmc(3, 256, PageFaults));
        Assert.Equal(0, WritePmd(3, 256, 7));
        Assert.Equal(7UL, Read(3, 256));

        // The register of set 0 is another one, and was never written.
        Assert.Equal(22, Pfm.ReadPmrs(_session, [new PfargPmr { Number = 256 }]).Errno);
    }

    [Fact]
    public void The_lowest_set_is_active_and_the_others_count_nothing()
    {
        Create(0xffff, 7);
        foreach (ushort set in new ushort[] { 0, 7, 0xffff })
        {
            Assert.Equal(0, WritePmc(set, 256, PageFaults));
            Assert.Equal(0, WritePmc(set, 257, TaskClock));
            Assert.Equal(0, WritePmd(set, 256, 1000));
            Assert.Equal(0, WritePmd(set, 257, 0));
        }

        Pfm.ControlSession(_session, PfmControl.Attach, LinuxKernel.Instance.CurrentThread).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        PfmTests.TouchPages(100);
        Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();

        Assert.InRange(Read(0, 256), 1100UL, 1150UL);
        Assert.Equal((1000UL, 1000UL), (Read(7, 256), Read(0xffff, 256)));

        // The kernel's time enabled is the set's time; the clock that it counts beside begins and ends some microseconds apart.
        Assert.Equal(0, Info(0, out var active));
        Assert.Equal(1UL, active.Runs);
        Assert.InRange(active.Duration, Read(0, 257) * 9 / 10, (Read(0, 257) * 11 / 10) + 100_000);
        Assert.Equal((0, 0UL, 0UL), (Info(7, out var other), other.Runs, other.Duration));

        Pfm.ControlSession(_session, PfmControl.Detach).OrThrow();
        Assert.Equal(0, Info(0, out var detached));
        Assert.Equal((active.Runs, active.Duration), (detached.Runs, detached.Duration));
        Assert.InRange(Read(0, 256), 1100UL, 1150UL);
    }

    [Fact]
    public void A_pmc_of_an_inactive_set_can_be_written_while_attached()
    {
        Create(1);
        WritePmc(0, 256, PageFaults);
        WritePmd(0, 256, 0);
        WritePmc(1, 256, TaskClock);
        WritePmd(1, 256, 5);
        Pfm.ControlSession(_session, PfmControl.Attach, LinuxKernel.Instance.CurrentThread).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        PfmTests.TouchPages(50);
        Assert.Equal(0, WritePmc(1, 256, PageFaults));
        PfmTests.TouchPages(50);
        Assert.InRange(Read(0, 256), 100UL, 200UL);
        Assert.Equal(5UL, Read(1, 256));
    }

    [Fact]
    public void Creating_a_set_again_begins_its_statistics_anew_and_keeps_its_registers()
    {
        WritePmc(0, 256, PageFaults);
        WritePmd(0, 256, 0);
        Pfm.ControlSession(_session, PfmControl.Attach, LinuxKernel.Instance.CurrentThread).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        PfmTests.TouchPages(100);
        Pfm.ControlSession(_session, PfmControl.Detach).OrThrow();
        Assert.Equal((0, true), (Info(0, out var before), before.Runs == 1 && before.Duration > 0));
        Create(0);
        Assert.Equal((0, 0UL, 0UL), (Info(0, out var after), after.Runs, after.Duration));
        Assert.InRange(Read(0, 256), 100UL, 150UL);
    }

    [Fact]
    public void A_deleted_set_is_gone_with_its_registers()
    {
        Create(5);
        WritePmc(5, 256, PageFaults);
        WritePmd(5, 256, 9);
        Assert.Equal(0, Pfm.ControlSets(_session, PfmSetControl.Delete, [new PfargSetDesc { Id = 5 }]).Errno);
        Assert.Equal(22, Info(5, out _));
        Create(5);
        Assert.Equal(22, Pfm.ReadPmrs(_session, [new PfargPmr { Set = 5, Number = 256 }]).Errno);
        Assert.Equal(22, Pfm.ControlSets(_session, PfmSetControl.Delete, [new PfargSetDesc { Id = 6 }]).Errno);
        Assert.Equal(22, Pfm.ControlSets(_session, PfmSetControl.Delete, [new PfargSetDesc { Id = 0 }]).Errno);
    }

    [Fact]
    public void Sets_are_fixed_while_attached()
    {
        Create(1);
        Pfm.ControlSession(_session, PfmControl.Attach, LinuxKernel.Instance.CurrentThread).OrThrow();
        var result = Pfm.ControlSets(_session, PfmSetControl.Create, [new PfargSetDesc { Id = 2 }]);
        Assert.Equal((16, 0), (result.Errno, result.Applied));
        Assert.Equal(16, Pfm.ControlSets(_session, PfmSetControl.Delete, [new PfargSetDesc { Id = 1 }]).Errno);
        Assert.Equal(0, Info(1, out _));
    }

    [Theory]
    [InlineData(3u, 1UL, 22, "by time or by overflow, not by both")]
    [InlineData(2u, 0UL, 22, "needs a timeout above 0 ns")]
    [InlineData(4u, 0UL, 22, "flags 0x4 are unknown")]
    [InlineData(2u, 99_999UL, 22, "a timeout below 100000 ns")]
    [InlineData(2u, 1UL << 63, 22, "a timeout above 9223372036854775807 ns")]
    public void What_makes_a_set_give_way_is_checked(uint flags, ulong timeout, int errno, string why)
    {
        var result = Pfm.ControlSets(
            _session, PfmSetControl.Create, [new PfargSetDesc { Id = 1 }, new PfargSetDesc { Id = 2, Flags = (PfmSetFlags)flags, Timeout = timeout }]);
        Assert.Equal((errno, 1), (result.Errno, result.Applied));
        Assert.Contains("Set 2", result.Error!.Message, StringComparison.Ordinal);
        Assert.Contains(why, result.Error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 22), (Info(1, out _), Info(2, out _)));
    }

    [Theory]
    [InlineData(0u, 64)]
    [InlineData(4u, 64)]
    [InlineData(1u, 0)]
    [InlineData(1u, 63)]
    [InlineData(2u, 64)]
    [InlineData(3u, 104)]
    public void Vectors_of_wrong_size_and_actions_that_are_none_are_refused(uint action, int size) =>
        Assert.Equal(22, Pfm.ControlSets(_session, (PfmSetControl)action, new byte[size]).Errno);

    [Fact]
    public void The_bytes_are_the_structures()
    {
        Span<byte> sets = stackalloc byte[128];
        MemoryMarshal.Cast<byte, PfargSetDesc>(sets)[0].Id = 8;
        MemoryMarshal.Cast<byte, PfargSetDesc>(sets)[1].Id = 9;
        Assert.Equal((0, 2), (Pfm.ControlSets(_session, PfmSetControl.Create, sets).Errno, 2));
        Span<byte> information = stackalloc byte[104];
        MemoryMarshal.Cast<byte, PfargSetInfo>(information)[0].Id = 9;
        Assert.Equal(0, Pfm.ControlSets(_session, PfmSetControl.Info, information).Errno);
        Assert.Equal(22, Pfm.ControlSets(_session, PfmSetControl.Info, information[..103]).Errno);
    }

    private void Create(params ushort[] ids) =>
        Pfm.ControlSets(_session, PfmSetControl.Create, [.. ids.Select(id => new PfargSetDesc { Id = id })]).OrThrow();

    private int WritePmc(ushort set, ushort number, ulong value) =>
        Pfm.WritePmrs(_session, PfmRegisterType.Pmc, [new PfargPmr { Set = set, Number = number, Value = value }]).Errno;

    private int WritePmd(ushort set, ushort number, ulong value) =>
        Pfm.WritePmrs(_session, PfmRegisterType.Pmd, [new PfargPmr { Set = set, Number = number, Value = value }]).Errno;

    private ulong Read(ushort set, ushort number)
    {
        PfargPmr[] vector = [new() { Set = set, Number = number }];
        Pfm.ReadPmrs(_session, vector).OrThrow();
        return vector[0].Value;
    }

    private int Info(ushort set, out PfargSetInfo information)
    {
        PfargSetInfo[] vector = [new() { Id = set }];
        var result = Pfm.ReadSets(_session, vector);
        information = vector[0];
        return result.Errno;
    }
}
