using Perfmon.Native.Abi;

namespace Perfmon.Kvm;

/// <summary>The registers of a vCPU on x86.</summary>
public sealed partial class KvmVcpu
{
    /// <summary>Reads the general registers: <c>KVM_GET_REGS</c>. The vCPU must not be running.</summary>
    public X86Registers ReadRegisters()
    {
        var read = Read<KvmX86Registers>("general registers", KvmRequest.GetRegisters);
        return new X86Registers
        {
            Rax = read.Rax,
            Rbx = read.Rbx,
            Rcx = read.Rcx,
            Rdx = read.Rdx,
            Rsi = read.Rsi,
            Rdi = read.Rdi,
            Rsp = read.Rsp,
            Rbp = read.Rbp,
            R8 = read.R8,
            R9 = read.R9,
            R10 = read.R10,
            R11 = read.R11,
            R12 = read.R12,
            R13 = read.R13,
            R14 = read.R14,
            R15 = read.R15,
            Rip = read.Rip,
            Rflags = read.Rflags,
        };
    }

    /// <summary>Writes the general registers: <c>KVM_SET_REGS</c>. The vCPU must not be running.</summary>
    public void WriteRegisters(X86Registers registers) => Write("general registers", KvmRequest.SetRegisters, new KvmX86Registers
    {
        Rax = registers.Rax,
        Rbx = registers.Rbx,
        Rcx = registers.Rcx,
        Rdx = registers.Rdx,
        Rsi = registers.Rsi,
        Rdi = registers.Rdi,
        Rsp = registers.Rsp,
        Rbp = registers.Rbp,
        R8 = registers.R8,
        R9 = registers.R9,
        R10 = registers.R10,
        R11 = registers.R11,
        R12 = registers.R12,
        R13 = registers.R13,
        R14 = registers.R14,
        R15 = registers.R15,
        Rip = registers.Rip,
        Rflags = registers.Rflags,
    });

    /// <summary>
    /// Makes the vCPU start in real mode, as an x86 CPU starts, with all segments at 0: at <paramref name="instruction"/>, with the stack ending at
    /// <paramref name="stackTop"/>, interrupts off.
    /// </summary>
    public void StartInRealMode(ushort instruction, ushort stackTop)
    {
        const ulong alwaysSet = 2;
        var special = ReadSpecialRegisters();
        special.Cs.Base = 0;
        special.Cs.Selector = 0;
        WriteSpecialRegisters(special);
        WriteRegisters(new X86Registers { Rip = instruction, Rsp = stackTop, Rflags = alwaysSet });
    }

    /// <summary>Segments, tables, control registers: <c>KVM_GET_SREGS</c>.</summary>
    internal KvmX86SpecialRegisters ReadSpecialRegisters() =>
        Read<KvmX86SpecialRegisters>("special registers", KvmRequest.GetSpecialRegisters);

    /// <summary>Segments, tables, control registers: <c>KVM_SET_SREGS</c>.</summary>
    internal void WriteSpecialRegisters(KvmX86SpecialRegisters registers) =>
        Write("special registers", KvmRequest.SetSpecialRegisters, registers);

    private T Read<T>(string what, KvmRequest request)
        where T : unmanaged
    {
        var value = default(T);
        var read = _kernel.Request(_descriptor.Number, request, KvmMachine.AsBytes(ref value));
        return read.Failed ? throw KvmErrors.Refused($"read the {what} of vCPU {Number}", request.ToString(), read.Error) : value;
    }

    private void Write<T>(string what, KvmRequest request, T value)
        where T : unmanaged
    {
        var written = _kernel.Request(_descriptor.Number, request, KvmMachine.AsBytes(ref value));
        if (written.Failed)
        {
            throw KvmErrors.Refused($"write the {what} of vCPU {Number}", request.ToString(), written.Error);
        }
    }
}
