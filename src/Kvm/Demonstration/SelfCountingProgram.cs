using Perfmon.Kvm.Paravirtual;

namespace Perfmon.Kvm.Demonstration;

/// <summary>
/// A guest that counts itself: it switches a counter of its paravirtual PMU on, loops, switches it off, and stores what it reads. What it must find is known exactly.
/// </summary>
public sealed class SelfCountingProgram
{
    /// <summary>Which result is the value that the guest read.</summary>
    public const int ValueResult = 0;

    /// <summary>Which result is the counter's STATUS.</summary>
    public const int StatusResult = 1;

    /// <summary>Which result is GENERATION at the end.</summary>
    public const int GenerationResult = 2;

    private SelfCountingProgram(RealModeProgram program, ulong instructions, ulong exits)
    {
        Program = program;
        Instructions = instructions;
        Exits = exits;
    }

    /// <summary>The guest's code.</summary>
    public RealModeProgram Program { get; }

    /// <summary>Instructions that the guest executes while its counter runs: 2N + 3 for N turns, and two more with a checkpoint.</summary>
    public ulong Instructions { get; }

    /// <summary>Exits to the VMM while its counter runs: the WRMSR that stops it, and one for a checkpoint.</summary>
    public ulong Exits { get; }

    /// <summary>Such a guest.</summary>
    /// <param name="turns">Turns of its loop; at least 1.</param>
    /// <param name="hostEvent">What it counts, by its number in the VMM's table.</param>
    /// <param name="checkpoint">Whether it writes <see cref="MinimalGuest.CheckpointPort"/> after half of the turns; at least 2 then.</param>
    public static SelfCountingProgram Create(uint turns, int hostEvent, bool checkpoint = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, checkpoint ? 2u : 1u);
        var program = new RealModeProgram()
            .WriteMsr(ParavirtualRegisters.Control.Msr(), CounterControl.Host(hostEvent).Bits)
            .WriteMsr(ParavirtualRegisters.Value.Msr(), 0)
            .WriteMsr(ParavirtualRegisters.GlobalControl.Msr(), GlobalControlBits.Enable);
        var start = program.Executed;

        // What is not counted is the WRMSR that switches on; ECX still names the register at the one that switches off.
        _ = checkpoint
            ? program.Loop(turns / 2).Output(MinimalGuest.CheckpointPort).Loop(turns - (turns / 2))
            : program.Loop(turns);
        var instructions = program.Clear(RealModeRegister.Eax).WriteMsr().Executed - start;
        _ = program
            .ReadMsr(ParavirtualRegisters.Value.Msr()).Store(ValueResult * sizeof(ulong))
            .ReadMsr(ParavirtualRegisters.Status.Msr()).Store(StatusResult * sizeof(ulong))
            .ReadMsr(ParavirtualRegisters.Generation.Msr()).Store(GenerationResult * sizeof(ulong))
            .Halt();
        return new SelfCountingProgram(program, instructions, exits: checkpoint ? 2UL : 1);
    }
}
