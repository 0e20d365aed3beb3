using Perfmon.Kvm.Demonstration;
using Perfmon.Kvm.Paravirtual;

namespace Perfmon.Tests.Kvm.Paravirtual;

/// <summary>Real guests that count themselves through their paravirtual PMU: exact, and exact after a move.</summary>
public sealed class SelfCountingGuestTests
{
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(20_000)]
    public void A_guest_reads_exactly_what_it_executed(uint turns)
    {
        Guests.NeedInterpretation();
        var counting = SelfCountingProgram.OfInstructions(turns, Guests.Instructions);
        using var guest = new MinimalGuest(counting.Program);

        Assert.Equal(GuestStop.Halted, guest.Run());
        Assert.Equal((2UL * turns) + 3, guest.Result(SelfCountingProgram.ValueResult));
        Assert.Equal(counting.Expected, guest.Result(SelfCountingProgram.ValueResult));
        Assert.Equal((ulong)CounterStatus.Counting, guest.Result(SelfCountingProgram.StatusResult));
        Assert.Equal(0u, guest.Faults);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_guest_reads_exactly_its_exits_by_the_program_of_the_demonstration(bool checkpoint)
    {
        Guests.Need();
        var counting = SelfCountingProgram.OfExits(100, Guests.UserExits, checkpoint);
        using var guest = new MinimalGuest(counting.Program);
        while (guest.Run() == GuestStop.Checkpoint)
        {
        }

        Assert.Equal(checkpoint ? 103UL : 101, guest.Result(SelfCountingProgram.ValueResult));
        Assert.Equal(counting.Expected, guest.Result(SelfCountingProgram.ValueResult));
    }

    [SkippableFact]
    public void A_guest_reads_exactly_its_exits_to_the_vmm()
    {
        Guests.Need();
        var program = new RealModeProgram()
            .WriteMsr(ParavirtualRegisters.Control.Msr(3), CounterControl.Host(Guests.UserExits).Bits)
            .WriteMsr(ParavirtualRegisters.GlobalControl.Msr(), GlobalControlBits.Enable)
            .Loop(250, body => body.Output(0x10))
            .WriteMsr(ParavirtualRegisters.GlobalControl.Msr(), 0)
            .ReadMsr(ParavirtualRegisters.Value.Msr(3)).Store(0)
            .Halt();
        using var guest = new MinimalGuest(program);

        Assert.Equal(GuestStop.Halted, guest.Run());
        Assert.Equal(251UL, guest.Result(0));
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(1_001)]
    [InlineData(20_000)]
    public void A_count_goes_on_in_a_new_machine(uint turns)
    {
        Guests.NeedInterpretation();
        var counting = SelfCountingProgram.OfInstructions(turns, Guests.Instructions, checkpoint: true);
        MinimalGuestState state;
        using (var first = new MinimalGuest(counting.Program))
        {
            Assert.Equal(GuestStop.Checkpoint, first.Run());
            state = first.Save();
        }

        using var second = MinimalGuest.Restore(state);
        Assert.Equal(GuestStop.Halted, second.Run());
        Assert.Equal((2UL * turns) + 5, second.Result(SelfCountingProgram.ValueResult));
        Assert.Equal(1UL, second.Result(SelfCountingProgram.GenerationResult));
    }

    [SkippableFact]
    public async Task A_count_survives_moves_at_any_moment()
    {
        Guests.NeedInterpretation();
        const uint turns = 200_000;
        var guest = new MinimalGuest(SelfCountingProgram.OfInstructions(turns, Guests.Instructions).Program);
        var moves = 0UL;
        while (true)
        {
            using var stop = new CancellationTokenSource();
            var run = Task.Run(() => guest.Run(stop.Token));
            await Task.WhenAny(run, Task.Delay(Random.Shared.Next(0, 30)));
            await stop.CancelAsync();
            if (await run == GuestStop.Halted)
            {
                break;
            }

            var state = guest.Save();
            guest.Dispose();
            guest = MinimalGuest.Restore(state);
            moves++;
        }

        using (guest)
        {
            Assert.NotEqual(0UL, moves);
            Assert.Equal((2UL * turns) + 3, guest.Result(SelfCountingProgram.ValueResult));
        }
    }

    [SkippableFact]
    public void Each_vcpu_counts_itself()
    {
        Guests.NeedInterpretation();
        var counting = SelfCountingProgram.OfInstructions(5_000, Guests.Instructions);
        using var guest = new MinimalGuest(counting.Program, new MinimalGuestOptions { Vcpus = 3 });

        Assert.Equal(GuestStop.Halted, guest.Run());
        Assert.Equal([10_003UL, 10_003, 10_003], Enumerable.Range(0, 3).Select(vcpu => guest.Result(SelfCountingProgram.ValueResult, vcpu)));
    }

    [SkippableFact]
    public void A_guest_that_does_not_end_is_stopped()
    {
        Guests.Need();
        using var guest = new MinimalGuest(new RealModeProgram().Print("hello").Instruction(0xeb, 0xfe));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        Assert.Equal(GuestStop.Stopped, guest.Run(stop.Token));
        Assert.Equal("hello", guest.Console);
    }

    [SkippableFact]
    public void A_guest_without_a_handler_crashes_alone()
    {
        Guests.Need();

        // lidt of a table without entries, and an exception: a triple fault.
        using var guest = new MinimalGuest(new RealModeProgram().Instruction(0x0f, 0x01, 0x1e, 0x00, 0x07).Instruction(0x0f, 0x0b));
        Assert.Equal(GuestStop.Crashed, guest.Run());
    }

    [SkippableFact]
    public void An_overflow_shows_where_a_preset_counter_wraps()
    {
        Guests.NeedInterpretation();
        var first = ParavirtualRegisters.Value.Msr();
        var program = new RealModeProgram()
            .WriteMsr(ParavirtualRegisters.Control.Msr(), CounterControl.Host(Guests.Instructions).Bits)
            .WriteMsr(first, (1UL << 48) - 1_000)
            .WriteMsr(ParavirtualRegisters.GlobalControl.Msr(), GlobalControlBits.Enable)
            .Loop(400)
            .ReadMsr(ParavirtualRegisters.OverflowStatus.Msr()).Store(0)
            .Loop(400)
            .WriteMsr(ParavirtualRegisters.GlobalControl.Msr(), 0)
            .ReadMsr(ParavirtualRegisters.OverflowStatus.Msr()).Store(8)
            .ReadMsr(first).Store(16)
            .WriteMsr(ParavirtualRegisters.OverflowClear.Msr(), 1)
            .ReadMsr(ParavirtualRegisters.OverflowStatus.Msr()).Store(24)
            .Halt();
        using var guest = new MinimalGuest(program);

        Assert.Equal(GuestStop.Halted, guest.Run());
        Assert.Equal([0UL, 1, (801 + 4 + 801 + 4) - 1_000, 0], Enumerable.Range(0, 4).Select(i => guest.Result(i)));
    }
}
