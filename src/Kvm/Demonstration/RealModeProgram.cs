using System.Buffers.Binary;

namespace Perfmon.Kvm.Demonstration;

/// <summary>
/// The machine code of a real-mode guest, put together instruction by instruction. It knows how many instructions it executes, which is what a
/// guest that counts itself must find.
/// </summary>
public sealed class RealModeProgram
{
    /// <summary>Where a <see cref="MinimalGuest"/> has it in memory, and starts.</summary>
    public const ushort Origin = 0x1000;

    private const byte OperandSize = 0x66;
    private readonly List<byte> _code = [];

    /// <summary>Bytes so far.</summary>
    public int Length => _code.Count;

    /// <summary>How many instructions are executed when it comes to here.</summary>
    public ulong Executed { get; private set; }

    /// <summary>The machine code.</summary>
    public byte[] ToArray() => [.. _code];

    /// <summary>One instruction by its bytes.</summary>
    public RealModeProgram Instruction(params ReadOnlySpan<byte> bytes)
    {
        _code.AddRange(bytes);
        Executed++;
        return this;
    }

    /// <summary><c>mov register, value</c>.</summary>
    public RealModeProgram Load(RealModeRegister register, uint value)
    {
        Span<byte> bytes = [OperandSize, (byte)(0xb8 + (int)register), 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[2..], value);
        return Instruction(bytes);
    }

    /// <summary><c>xor register, register</c>.</summary>
    public RealModeProgram Clear(RealModeRegister register) => Instruction(OperandSize, 0x31, (byte)(0xc0 | ((int)register * 9)));

    /// <summary><c>wrmsr</c>: EDX and EAX to MSR ECX.</summary>
    public RealModeProgram WriteMsr() => Instruction(0x0f, 0x30);

    /// <summary>Four instructions: <paramref name="value"/> to an MSR.</summary>
    public RealModeProgram WriteMsr(uint msr, ulong value) => Load(RealModeRegister.Ecx, msr)
        .Load(RealModeRegister.Eax, (uint)value)
        .Load(RealModeRegister.Edx, (uint)(value >> 32))
        .WriteMsr();

    /// <summary>Two instructions: an MSR to EDX and EAX.</summary>
    public RealModeProgram ReadMsr(uint msr) => Load(RealModeRegister.Ecx, msr).Instruction(0x0f, 0x32);

    /// <summary>Two instructions: EDX and EAX to the 8 bytes at BX + <paramref name="offset"/>.</summary>
    public RealModeProgram Store(ushort offset) => StoreHalf(0x87, offset).StoreHalf(0x97, (ushort)(offset + 4));

    /// <summary><c>out port, al</c>.</summary>
    public RealModeProgram Output(byte port) => Instruction(0xe6, port);

    /// <summary>Two instructions a character: text to <see cref="MinimalGuest.ConsolePort"/>.</summary>
    public RealModeProgram Print(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var character in text)
        {
            _ = Instruction(0xb0, (byte)character).Output(MinimalGuest.ConsolePort);
        }

        return this;
    }

    /// <summary>One instruction, and for each turn two and those of <paramref name="body"/>, which leaves ESI alone. Nothing for 0 turns.</summary>
    public RealModeProgram Loop(uint turns, Action<RealModeProgram>? body = null)
    {
        if (turns == 0)
        {
            return this;
        }

        _ = Load(RealModeRegister.Esi, turns);
        var (start, before) = (Length, Executed);
        body?.Invoke(this);

        // dec esi; jnz start, whose 16-bit distance counts from its own end.
        _ = Instruction(OperandSize, 0x4e);
        var distance = unchecked((ushort)(start - (Length + 4)));
        _ = Instruction(0x0f, 0x85, (byte)distance, (byte)(distance >> 8));
        Executed = before + (turns * (Executed - before));
        return this;
    }

    /// <summary><c>hlt</c>.</summary>
    public RealModeProgram Halt() => Instruction(0xf4);

    // mov [bx + offset], register
    private RealModeProgram StoreHalf(byte mode, ushort offset) => Instruction(OperandSize, 0x89, mode, (byte)offset, (byte)(offset >> 8));
}
