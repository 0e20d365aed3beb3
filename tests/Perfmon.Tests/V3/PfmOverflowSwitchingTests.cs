using Perfmon.Events;
using Perfmon.Registers;
using Perfmon.Tests.Support;
using Perfmon.V3;

namespace Perfmon.Tests.V3;

/// <summary>Event sets that give way when a PMD has overflowed often enough, on real tracepoints.</summary>
public sealed class PfmOverflowSwitchingTests : IDisposable
{
    private const ushort Trigger = 256;
    private const ulong Period = 1000;
    private const ulong SwitchCount = 3;

    private readonly int _session = Pfm.CreateSession(PfmSessionFlags.None, out _).OrThrow();

    public void Dispose() => Pfm.Close(_session);

    [SkippableFact]
    public void A_set_gives_way_at_the_nth_overflow()
    {
        Counting.Needs();
        const int turns = 30;
        using var program = RunningProgram.Start("getppid_batches");
        Program(0, 1, 4);
        Pfm.ControlSession(_session, PfmControl.Attach, program.Pid).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        for (var turn = 1; turn <= turns; turn++)
        {
            Call(program, 2_999);
            Assert.Equal(turn, Runs(0, 1, 4));
            Call(program, 1);
            WaitForRuns(turn + 1, 0, 1, 4);
        }

        // All that the program did is some set's.
        Assert.Equal([10 * 3000UL, 10 * 3000UL, 10 * 3000UL], Info(0, 1, 4).Select(set => Count(set)));
        Assert.Equal([11UL, 10UL, 10UL], Info(0, 1, 4).Select(set => set.Runs));
        Assert.All(Info(0, 1, 4), set => Assert.Equal(RegisterMask.Of(Trigger), set.OverflowPmds));
    }

    [SkippableFact]
    public void A_turn_ends_at_the_overflow_though_the_program_runs_on()
    {
        Counting.Needs();
        const int calls = 15_000_000;
        using var program = RunningProgram.Start("getppid_batches");
        Program(0, 1);
        Pfm.ControlSession(_session, PfmControl.Attach, program.Pid).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        Call(program, 30_000);
        var before = Info(0, 1).Sum(set => (long)Count(set));
        Call(program, calls);
        Thread.Sleep(100);
        var sets = Info(0, 1);

        // Every turn but the last has 3,000 events. What happens between an overflow and the switch is no set's: little, on the target's own CPU.
        var counted = sets.Sum(set => (long)Count(set));
        Assert.Equal((long)(counted / 3000), sets.Sum(set => (long)set.Runs) - 1);
        Assert.Equal(2, sets.Length);
        Assert.True(sets.Any(set => Count(set) % 3000 == 0), $"counts {string.Join(", ", sets.Select(set => Count(set)))}, runs {string.Join(", ", sets.Select(set => set.Runs))}");
        Assert.InRange(counted - before, calls * 0.8, calls);
    }

    [SkippableFact]
    public void A_pmd_that_overflowed_stands_at_its_reset_value()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        Program(0, 1);
        Pfm.ControlSession(_session, PfmControl.Attach, program.Pid).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        Call(program, 1_250);
        PfargPmdAttr[] vector = [new() { Number = Trigger }];
        Pfm.ReadPmrs(_session, vector).OrThrow();
        Assert.Equal((unchecked(0UL - 750), unchecked(0UL - Period)), (vector[0].Value, vector[0].LastValue));
        Assert.Equal((1UL, 0UL), (Info(0)[0].Runs, Info(1)[0].Runs));
        Assert.True(Info(0)[0].OverflowPmds.IsEmpty);
    }

    [SkippableFact]
    public void A_turn_goes_on_after_a_stop()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        Program(0, 1);
        Pfm.ControlSession(_session, PfmControl.Attach, program.Pid).OrThrow();
        for (var i = 0; i < 5; i++)
        {
            Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
            Call(program, 500);
            Pfm.ControlSession(_session, PfmControl.Stop).OrThrow();
            Call(program, 500);
        }

        // Start counts the overflows anew: 3,000 events from the last one.
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        Call(program, 2_400);
        Assert.Equal((1UL, 0UL), (Info(0)[0].Runs, Info(1)[0].Runs));
        Call(program, 200);
        WaitForRuns(2, 0, 1);
    }

    [SkippableFact]
    public void A_pmd_can_become_a_trigger_and_be_one_no_more_while_attached()
    {
        Counting.Needs();
        using var program = RunningProgram.Start("getppid_batches");
        Program(0, 1);
        Write(0, switchCount: 0);
        Pfm.ControlSession(_session, PfmControl.Attach, program.Pid).OrThrow();
        Pfm.ControlSession(_session, PfmControl.Start).OrThrow();
        Call(program, 10_000);
        Assert.Equal((1UL, 0UL), (Info(0)[0].Runs, Info(1)[0].Runs));
        Write(0, switchCount: 1);
        Call(program, 999);
        Assert.Equal((1UL, 0UL), (Info(0)[0].Runs, Info(1)[0].Runs));
        Call(program, 1);
        WaitForRuns(2, 0, 1);
        Write(1, switchCount: 0);
        Call(program, 10_000);
        Assert.Equal((1UL, 1UL), (Info(0)[0].Runs, Info(1)[0].Runs));
    }

    private static void Call(RunningProgram program, int calls)
    {
        program.Go($"{calls}");
        Assert.Equal($"done {calls}", program.ReadLine());
    }

    private long Runs(params ushort[] sets) => Info(sets).Sum(set => (long)set.Runs);

    private void WaitForRuns(long runs, params ushort[] sets)
    {
        for (var waited = 0; Runs(sets) < runs && waited < 10_000; waited++)
        {
            Thread.Sleep(1);
        }

        Assert.Equal(runs, Runs(sets));
    }

    // Two PMDs count the same: the trigger, and one from 0.
    private void Program(params ushort[] sets)
    {
        var id = EventParser.ParseOrThrow(Counting.Getppid, Perfmon.Host.HostDescription.Current)[0].Selection.Config;
        var select = (1UL << 63) | (2UL << 32) | id;
        Pfm.ControlSets(_session, PfmSetControl.Create, [.. sets.Select(id => new PfargSetDesc { Id = id, Flags = PfmSetFlags.OverflowSwitch })]).OrThrow();
        foreach (var set in sets)
        {
            Pfm.WritePmrs(_session, PfmRegisterType.Pmc, [new PfargPmr { Set = set, Number = Trigger, Value = select }, new PfargPmr { Set = set, Number = 257, Value = select }]).OrThrow();
            Pfm.WritePmrs(_session, PfmRegisterType.Pmd, [new PfargPmr { Set = set, Number = 257 }]).OrThrow();
            Write(set, SwitchCount);
        }
    }

    private void Write(ushort set, ulong switchCount) => Pfm.WritePmrs(_session, [new PfargPmdAttr
    {
        Set = set,
        Number = Trigger,
        Value = unchecked(0UL - Period),
        ShortReset = unchecked(0UL - Period),
        OverflowSwitchCount = switchCount,
    }]).OrThrow();

    private ulong Count(in PfargSetInfo set)
    {
        PfargPmr[] vector = [new() { Set = set.Id, Number = 257 }];
        Pfm.ReadPmrs(_session, vector).OrThrow();
        return vector[0].Value;
    }

    private PfargSetInfo[] Info(params ushort[] ids)
    {
        PfargSetInfo[] vector = [.. ids.Select(id => new PfargSetInfo { Id = id })];
        Pfm.ReadSets(_session, vector).OrThrow();
        return vector;
    }
}
