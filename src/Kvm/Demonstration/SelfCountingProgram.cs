using Perfmon.Kvm.Paravirtual;

namespace Perfmon.Kvm.Demonstration;

/// <summary>
/// A guest that counts itself: it switches a counter of its paravirtual PMU on, loops, switches it off, and stores what it reads. What it must find is known exactly.
/// </summary>
public sealed class SelfCountingProgram
{
    private const byte UnusedPort = 0x10;

    /// <summary>Which result is the value that the guest read.</summary>
    public const int ValueResult = 0;

    /// <summary>Which result is the counter's STATUS.</summary>
    public const int StatusResult = 1;

    /// <summary>Which result is GENERATION at the end.</summary>
    public const int GenerationResult = 2;

    private SelfCountingProgram(RealModeProgram program, ulong expected)
    {
        Program = program;
        Expected = expected;
    }

    /// <summary>The guest's code.</summary>
    public RealModeProgram Program { get; }

    /// <summary>What the guest must read.</summary>
    public ulong Expected { get; }

    /// <summary>
    /// A guest that counts its instructions, where KVM interprets them: 2N + 3 for N turns, and two more with a checkpoint.
    /// </summary>
    /// <param name="turns">Turns of its loop; at least 1.</param>
    /// <param name="hostEvent">The number of <c>kvm:kvm_emulate_insn</c> in the VMM's table.</param>
    /// <param name="checkpoint">Whether it writes <see cref="MinimalGuest.CheckpointPort"/> after half of the turns, which are at least 2 then.</param>
    public static SelfCountingProgram OfInstructions(uint turns, int hostEvent, bool checkpoint = false) =>
        Create(turns, hostEvent, checkpoint, body: null, (instructions, _) => instructions);

    /// <summary>
    /// A guest that counts its exits to the VMM: it writes a port each turn, so that they are N + 1 for N turns, and two more with a checkpoint, where KVM is
    /// entered once more to complete the instruction.
    /// </summary>
    /// <param name="turns">Turns of its loop; at least 1.</param>
    /// <param name="hostEvent">The number of <c>kvm:kvm_userspace_exit</c> in the VMM's table.</param>
    /// <param name="checkpoint">Whether it writes <see cref="MinimalGuest.CheckpointPort"/> after half of the turns, which are at least 2 then.</param>
    public static SelfCountingProgram OfExits(uint turns, int hostEvent, bool checkpoint = false) =>
        Create(turns, hostEvent, checkpoint, body => body.Output(UnusedPort), (_, exits) => exits + 1);

    private static SelfCountingProgram Create(
        uint turns, int hostEvent, bool checkpoint, Action<RealModeProgram>? body, Func<ulong, ulong, ulong> expected)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, checkpoint ? 2u : 1u);
        var program = new RealModeProgram()
            .WriteMsr(ParavirtualRegisters.Control.Msr(), CounterControl.Host(hostEvent).Bits)
            .WriteMsr(ParavirtualRegisters.Value.Msr(), 0)
            .WriteMsr(ParavirtualRegisters.GlobalControl.Msr(), GlobalControlBits.Enable);
        var start = program.Executed;

        // What is not counted is the WRMSR that switches on; ECX still names the register at the one that switches off.
        _ = checkpoint
            ? program.Loop(turns / 2, body).Output(MinimalGuest.CheckpointPort).Loop(turns - (turns / 2), body)
            : program.Loop(turns, body);
        var instructions = program.Clear(RealModeRegister.Eax).WriteMsr().Executed - start;
        _ = program
            .ReadMsr(ParavirtualRegisters.Value.Msr()).Store(ValueResult * sizeof(ulong))
            .ReadMsr(ParavirtualRegisters.Status.Msr()).Store(StatusResult * sizeof(ulong))
            .ReadMsr(ParavirtualRegisters.Generation.Msr()).Store(GenerationResult * sizeof(ulong))
            .Halt();
        return new SelfCountingProgram(program, expected(instructions, turns + (checkpoint ? 2UL : 0)));
    }
}
