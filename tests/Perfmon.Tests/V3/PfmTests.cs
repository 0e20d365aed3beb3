using System.Runtime.InteropServices;
using Perfmon.Native;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Tests.Support;
using Perfmon.V3;

namespace Perfmon.Tests.V3;

/// <summary>The five calls on the real kernel: counts, states, and every row of perfmon's table of errors that has no overflow in it.</summary>
public sealed class PfmTests : IDisposable
{
    private const ulong TaskClock = (1UL << 63) | (1UL << 32) | 1;
    private const ulong PageFaults = (1UL << 63) | (1UL << 32) | 2;
    private const ulong MinorFaults = (1UL << 63) | (1UL << 32) | 5;

    private readonly int _session = Pfm.CreateSession(PfmSessionFlags.None, out _).OrThrow();

    private static int OwnThread => LinuxKernel.Instance.CurrentThread;

    public void Dispose() => Pfm.Close(_session);

    [Fact]
    public void Counts_what_its_own_thread_does_over_stop_and_start()
    {
        Program(256, PageFaults);
        Assert.Equal(0, Pfm.ControlSession(_session, PfmControl.Attach, OwnThread).Errno);
        Assert.Equal(0UL, Value(256));

        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        TouchPages(100);
        Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();
        var first = Value(256);
        TouchPages(100);
        Assert.Equal(first, Value(256));
        Assert.InRange(first, 100UL, 150UL);

        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        TouchPages(100);
        Pfm.ControlSession(_session, PfmControl.Detach).OrThrow();
        Assert.InRange(Value(256), first + 100, first + 150);
    }

    [Fact]
    public void A_pmd_counts_on_from_what_was_written_and_wraps_at_64_bits()
    {
        Program(256, PageFaults);
        WritePmd(256, ulong.MaxValue - 9);
        Pfm.ControlSession(_session, PfmControl.Attach, OwnThread).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        TouchPages(100);
        Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();
        Assert.InRange(Value(256), 90UL, 140UL);

        WritePmd(256, 5000);
        Assert.Equal(5000UL, Value(256));
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        TouchPages(10);
        Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();
        Assert.InRange(Value(256), 5010UL, 5060UL);
    }

    [Fact]
    public void A_vector_is_one_call_and_its_values_are_of_one_instant()
    {
        Program(256, PageFaults, MinorFaults);
        Pfm.ControlSession(_session, PfmControl.Attach, OwnThread).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        for (var i = 0; i < 100; i++)
        {
            TouchPages(3);
            var vector = new PfargPmr[] { new() { Number = 256 }, new() { Number = 257 } };
            Assert.Equal(0, Pfm.ReadPmrs(_session, vector).Errno);

            // Every page fault of fresh memory is a minor one, and both counters are read by one call.
            Assert.Equal(vector[0].Value, vector[1].Value);
        }
    }

    [Fact]
    public void A_pmc_written_while_started_counts_the_new_event_from_then_on()
    {
        Program(256, (1UL << 63) | (1UL << 32) | 9);
        Pfm.ControlSession(_session, PfmControl.Attach, OwnThread).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        TouchPages(50);
        Assert.Equal(0UL, Value(256));
        Pfm.WritePmrs(_session, PfmRegisterType.Pmc, [new PfargPmr { Number = 256, Value = PageFaults }]).OrThrow();
        TouchPages(50);
        Assert.InRange(Value(256), 50UL, 100UL);
    }

    [Fact]
    public void A_bad_element_leaves_those_before_it_applied_and_is_named()
    {
        Program(256, PageFaults);
        PfargPmr[] vector = [new() { Number = 256, Value = 7 }, new() { Number = 300, Set = 9 }, new() { Number = 257, Value = 8 }];
        var result = Pfm.WritePmrs(_session, PfmRegisterType.Pmd, vector);
        Assert.Equal((22, 1), (result.Errno, result.Applied));
        Assert.Contains("set 9", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(7UL, Value(256));
        Assert.Equal(22, Read(257).Errno);
    }

    [Fact]
    public void Masks_make_registers_used_and_unavailable_ones_are_refused()
    {
        var element = new PfargPmdAttr { Number = 256, SampledPmds = RegisterMask.Of(300), ResetPmds = RegisterMask.Of(301) };
        Assert.Equal(22, Read(300).Errno);
        Pfm.WritePmrs(_session, [element]).OrThrow();
        Assert.Equal(0UL, Value(300));
        Assert.Equal(0UL, Value(301));

        element.SampledPmds = RegisterMask.Of(Unavailable());
        Assert.Equal(22, Pfm.WritePmrs(_session, [element]).Errno);
        (element.SampledPmds, element.ResetPmds) = (default, RegisterMask.Of(Unavailable()));
        Assert.Equal(22, Pfm.WritePmrs(_session, [element]).Errno);
    }

    [Fact]
    public void Last_value_is_what_was_last_written()
    {
        WritePmd(256, 41);
        WritePmd(256, 42);
        var vector = new PfargPmdAttr[] { new() { Number = 256 } };
        Pfm.ReadPmrs(_session, vector).OrThrow();
        Assert.Equal((42UL, 42UL), (vector[0].Value, vector[0].LastValue));
    }

    [Theory]
    [InlineData(0x100u)]
    [InlineData(0x03u)]
    [InlineData(0x01u)]
    public void Create_refuses_flags(uint flags) => Assert.Equal(22, Pfm.CreateSession((PfmSessionFlags)flags, out _).Errno);

    [Fact]
    public void Sinfo_names_the_virtual_registers_always()
    {
        Pfm.Close(Pfm.CreateSession(PfmSessionFlags.SystemWide, out var sinfo).OrThrow()).OrThrow();
        for (var register = RegisterSpace.FirstVirtual; register < RegisterSpace.Count; register++)
        {
            Assert.True(sinfo.AvailablePmcs.Contains(register) && sinfo.AvailablePmds.Contains(register));
        }
    }

    [Theory]
    [InlineData(1u, 0)]
    [InlineData(1u, 15)]
    [InlineData(2u, 24)]
    [InlineData(3u, 16)]
    [InlineData(0u, 16)]
    [InlineData(4u, 16)]
    public void Vectors_of_a_wrong_type_or_size_are_refused(uint type, int size)
    {
        Assert.Equal(22, Pfm.WritePmrs(_session, (PfmRegisterType)type, new byte[size]).Errno);
        Assert.Equal(22, Pfm.ReadPmrs(_session, (PfmRegisterType)type, new byte[size]).Errno);
    }

    [Fact]
    public void Registers_sets_and_flags_that_do_not_exist_are_refused()
    {
        Assert.Equal(22, Write(PfmRegisterType.Pmc, new PfargPmr { Number = (ushort)Unavailable() }).Errno);
        Assert.Equal(22, Write(PfmRegisterType.Pmd, new PfargPmr { Number = 320 }).Errno);
        Assert.Equal(22, Write(PfmRegisterType.Pmc, new PfargPmr { Number = 256, Set = 1 }).Errno);
        Assert.Equal(22, Write(PfmRegisterType.Pmc, new PfargPmr { Number = 256, Flags = PfmRegisterFlags.OverflowNotify }).Errno);
        Assert.Equal(22, Write(PfmRegisterType.Pmd, new PfargPmr { Number = 256, Flags = (PfmRegisterFlags)0x100 }).Errno);
        Assert.Equal(22, Pfm.WritePmrs(_session, [new PfargPmdAttr { Number = 256, Flags = (PfmRegisterFlags)8 }]).Errno);
        Assert.Equal(22, Pfm.ReadPmrs(_session, PfmRegisterType.Pmc, new byte[16]).Errno);
        Assert.Equal(22, Read(256).Errno);
        Assert.Equal(22, Read(Unavailable()).Errno);
    }

    [Fact]
    public void A_pmc_value_that_means_no_event_fails_the_attach_and_names_the_register()
    {
        // A type-2 word is asked for, and the registers end before it.
        Program(319, PageFaults | (1UL << 57));
        var result = Pfm.ControlSession(_session, PfmControl.Attach, OwnThread);
        Assert.Equal(22, result.Errno);
        Assert.Contains("319", result.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(SessionState.Unloaded, Pfm.State(_session));
    }

    [Fact]
    public void Control_answers_as_perfmon_does()
    {
        Program(256, PageFaults);
        Assert.Equal(22, Control(PfmControl.Start));
        Assert.Equal(22, Control(PfmControl.Stop));
        Assert.Equal(16, Control(PfmControl.Restart));
        Assert.Equal(22, Control(PfmControl.Detach));
        Assert.Equal(22, Control(0));
        Assert.Equal(22, Control((PfmControl)6));
        Assert.Equal(3, Control(PfmControl.Attach, 0));
        Assert.Equal(3, Control(PfmControl.Attach, int.MaxValue));

        Assert.Equal(0, Control(PfmControl.Attach, OwnThread));
        Assert.Equal(16, Control(PfmControl.Attach, OwnThread));
        Assert.Equal(16, Control(PfmControl.Restart));
        Assert.Equal(0, Control(PfmControl.Stop));
        Assert.Equal(0, Control(PfmControl.Start));
        Assert.Equal(0, Control(PfmControl.Start));
        Assert.Equal(0, Control(PfmControl.Detach));
        Assert.Equal(11, Pfm.ReadMessage(_session, out _).Errno);
    }

    [SkippableFact]
    public void A_system_wide_session_takes_cpus_that_are_online()
    {
        Requires.Root();
        var session = Pfm.CreateSession(PfmSessionFlags.SystemWide, out _).OrThrow();
        try
        {
            Assert.Equal(22, Pfm.ControlSession(session, PfmControl.Attach, 4096).Errno);
            Assert.Equal(22, Pfm.ControlSession(session, PfmControl.Attach, -1).Errno);
            Pfm.WritePmrs(session, PfmRegisterType.Pmc, [new PfargPmr { Number = 256, Value = PageFaults }]).OrThrow();
            Pfm.WritePmrs(session, PfmRegisterType.Pmd, [new PfargPmr { Number = 256 }]).OrThrow();
            Assert.Equal(0, Pfm.ControlSession(session, PfmControl.Attach, 0).Errno);
        }
        finally
        {
            Pfm.Close(session).OrThrow();
        }
    }

    [SkippableFact]
    public void The_end_of_a_thread_is_a_message_and_its_values_stay()
    {
        Requires.CCompiler();
        Program(256, TaskClock);
        using (var program = RunningProgram.Start(CProgram.Named("sleeper")))
        {
            Pfm.ControlSession(_session, PfmControl.Attach, program.Pid).OrThrow();
            Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
            Assert.Equal(0, Polling.Input(_session, 0));
            program.End();
        }

        Assert.Equal(1, Polling.Input(_session, 10_000));
        Assert.Equal(0, Pfm.ReadMessage(_session, out var message).Errno);
        var bytes = MemoryMarshal.AsBytes(new Span<PfargMsg>(ref message));
        Assert.Equal([2, 0, 0, 0, .. new byte[60]], bytes.ToArray());
        Assert.Equal(SessionState.Unloaded, Pfm.State(_session));
        Assert.InRange(Value(256), 1UL, 1_000_000_000UL);
        Assert.Equal(11, Pfm.ReadMessage(_session, out _).Errno);
        Assert.Equal(22, Control(PfmControl.Stop));
    }

    [Fact]
    public void A_descriptor_that_is_no_session_is_refused()
    {
        Assert.Equal(9, Pfm.ControlSession(-1, PfmControl.Start).Errno);
        Assert.Equal(9, Pfm.WritePmrs(0, PfmRegisterType.Pmd, [new PfargPmr { Number = 256 }]).Errno);
        Assert.Equal(9, Pfm.ReadMessage(0, out _).Errno);
        Assert.Equal(9, Pfm.Close(0).Errno);
    }

    private int Control(PfmControl action, int target = 0) => Pfm.ControlSession(_session, action, target).Errno;

    private void Program(int first, params ulong[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            Write(PfmRegisterType.Pmc, new PfargPmr { Number = (ushort)(first + i), Value = values[i] }).OrThrow();
            WritePmd(first + i, 0);
        }
    }

    private void WritePmd(int number, ulong value) =>
        Write(PfmRegisterType.Pmd, new PfargPmr { Number = (ushort)number, Value = value }).OrThrow();

    private PfmResult Write(PfmRegisterType type, PfargPmr element) => Pfm.WritePmrs(_session, type, [element]);

    private PfmResult Read(int number) => Pfm.ReadPmrs(_session, new PfargPmr[] { new() { Number = (ushort)number } });

    private ulong Value(int number)
    {
        var vector = new PfargPmr[] { new() { Number = (ushort)number } };
        Pfm.ReadPmrs(_session, vector).OrThrow();
        return vector[0].Value;
    }

    // A hardware register that this machine's model lacks: no model has all 256.
    private static int Unavailable()
    {
        Pfm.Close(Pfm.CreateSession(PfmSessionFlags.None, out var sinfo).OrThrow()).OrThrow();
        return Enumerable.Range(0, RegisterSpace.FirstVirtual).First(register => !sinfo.AvailablePmcs.Contains(register) && !sinfo.AvailablePmds.Contains(register));
    }

    // Fresh pages, each touched once. The garbage collector's memory may be backed by huge pages; this is not.
    internal static void TouchPages(int pages)
    {
        using var map = System.IO.MemoryMappedFiles.MemoryMappedFile.CreateNew(null, pages * 4096L);
        using var view = map.CreateViewAccessor();
        for (var page = 0; page < pages; page++)
        {
            view.Write(page * 4096L, (byte)1);
        }
    }
}
