using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perfmon.Native.Abi;

/// <summary><c>struct kvm_regs</c> of x86.</summary>
[CStruct("kvm_regs")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmX86Registers
{
    public ulong Rax;
    public ulong Rbx;
    public ulong Rcx;
    public ulong Rdx;
    public ulong Rsi;
    public ulong Rdi;
    public ulong Rsp;
    public ulong Rbp;
    public ulong R8;
    public ulong R9;
    public ulong R10;
    public ulong R11;
    public ulong R12;
    public ulong R13;
    public ulong R14;
    public ulong R15;
    public ulong Rip;
    public ulong Rflags;
}

/// <summary><c>struct kvm_segment</c> of x86.</summary>
[CStruct("kvm_segment")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmX86Segment
{
    public ulong Base;
    public uint Limit;
    public ushort Selector;
    public byte Type;
    public byte Present;
    public byte Dpl;
    public byte Db;
    public byte S;
    public byte L;
    public byte G;
    public byte Avl;
    public byte Unusable;
    private readonly byte _padding;
}

/// <summary><c>struct kvm_dtable</c> of x86.</summary>
[CStruct("kvm_dtable")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmX86Table
{
    public ulong Base;
    public ushort Limit;
    private readonly ushort _padding0;
    private readonly ushort _padding1;
    private readonly ushort _padding2;
}

/// <summary><c>struct kvm_sregs</c> of x86.</summary>
[CStruct("kvm_sregs")]
[StructLayout(LayoutKind.Sequential)]
internal struct KvmX86SpecialRegisters
{
    public KvmX86Segment Cs;
    public KvmX86Segment Ds;
    public KvmX86Segment Es;
    public KvmX86Segment Fs;
    public KvmX86Segment Gs;
    public KvmX86Segment Ss;
    public KvmX86Segment Tr;
    public KvmX86Segment Ldt;
    public KvmX86Table Gdt;
    public KvmX86Table Idt;
    [CField("cr0")]
    public ulong Cr0;
    [CField("cr2")]
    public ulong Cr2;
    [CField("cr3")]
    public ulong Cr3;
    [CField("cr4")]
    public ulong Cr4;
    [CField("cr8")]
    public ulong Cr8;
    public ulong Efer;
    public ulong ApicBase;
    public KvmX86Interrupts InterruptBitmap;
}

/// <summary>A bit for each of the 256 interrupts.</summary>
[InlineArray(4)]
internal struct KvmX86Interrupts
{
    private ulong _first;
}
