using System.Runtime.InteropServices;
using Perfmon.Kvm;
using Perfmon.Kvm.Arm;
using Perfmon.Native.Abi;

namespace Perfmon.Tests.Hardware;

/// <summary>What a <see cref="KvmNestedGuest"/> has read of its PMU.</summary>
/// <param name="Counter">Event counter 0.</param>
/// <param name="Cycles">The cycle counter.</param>
/// <param name="Events">PMCEID0: a bit for each of the first 32 events that there are.</param>
/// <param name="Control">PMCR: how many event counters there are is in bits 15:11.</param>
internal readonly record struct GuestCounts(ulong Counter, ulong Cycles, ulong Events, ulong Control);

/// <summary>
/// A guest of a few instructions without a kernel. It counts an event and cycles while it goes round a loop, tells what it has read by writing where it has no memory, and begins anew.
/// </summary>
internal sealed class KvmNestedGuest : IDisposable
{
    /// <summary>The instructions of a round.</summary>
    public const ulong PerRound = 2;

    /// <summary>The instructions that are counted beside the rounds: what follows the enabling, and the disabling.</summary>
    public const ulong Besides = 3;

    private const ulong Start = 0x4000_0000;
    private const ulong Results = 0x1000_0000;

    // KVM_REG_ARM_CORE_REG: the word of struct kvm_regs, counted in 32 bits.
    private const ulong CoreRegister = 0x6030_0000_0010_0000;
    private const ulong ProgramCounter = CoreRegister | 0x40;

    private static readonly uint[] s_code =
    [
        0x92800000, //     mov  x0, #-1
        0xd51b9c40, //     msr  pmcntenclr_el0, x0      which counters are enabled is random at first
        0xd51bec02, //     msr  pmevtyper0_el0, x2
        0xd51befff, //     msr  pmccfiltr_el0, xzr
        0x52b00000, //     mov  w0, #0x80000000
        0xb2400000, //     orr  x0, x0, #1
        0xd51b9c20, //     msr  pmcntenset_el0, x0      the cycle counter and event counter 0
        0xd28008e0, //     mov  x0, #0x47               64 bits for cycles, both reset, enable
        0xd51b9c00, //     msr  pmcr_el0, x0
        0xd5033fdf, //     isb
        0xf1000421, // 1:  subs x1, x1, #1
        0x54ffffe1, //     b.ne 1b
        0xd2800800, //     mov  x0, #0x40               disable
        0xd51b9c00, //     msr  pmcr_el0, x0
        0xd5033fdf, //     isb
        0xd53be800, //     mrs  x0, pmevcntr0_el0
        0xf9000120, //     str  x0, [x9]
        0xd53b9d00, //     mrs  x0, pmccntr_el0
        0xf9000520, //     str  x0, [x9, #8]
        0xd53b9cc0, //     mrs  x0, pmceid0_el0
        0xf9000920, //     str  x0, [x9, #16]
        0xd53b9c00, //     mrs  x0, pmcr_el0
        0xf9000d20, //     str  x0, [x9, #24]
        0x17ffffe9, //     b    the beginning
    ];

    private readonly KvmHost _kvm = KvmHost.Open();

    public KvmNestedGuest(ArmPmuSetup setup)
    {
        Machine = _kvm.CreateMachine();
        MemoryMarshal.AsBytes(s_code.AsSpan()).CopyTo(Machine.AddMemory(Start, 0x10000).Bytes(Start, s_code.Length * sizeof(uint)));
        Vcpu = Machine.CreateVcpu(0);
        Gic = ArmGic.Create(Machine);
        Pmus = ArmVcpuPmu.Configure([Vcpu], Gic, setup);
        Set(ProgramCounter, Start);
    }

    public KvmMachine Machine { get; }

    public ArmGic Gic { get; }

    public KvmVcpu Vcpu { get; }

    public IReadOnlyList<ArmVcpuPmu> Pmus { get; }

    /// <summary>Has the guest count once. It is left in the write of its last result, which is behind it when it runs again.</summary>
    public GuestCounts Count(ushort eventNumber, ulong rounds)
    {
        Prepare(eventNumber, rounds);
        Span<ulong> results = stackalloc ulong[4];
        for (var i = 0; i < results.Length; i++)
        {
            Assert.Equal(VcpuExitReason.Mmio, Vcpu.Run());
            var access = Vcpu.Mmio;
            Assert.Equal((Results + (ulong)(i * 8), true, 8), (access.Address, access.IsWrite, access.Size));
            results[i] = access.Data;
        }

        return new GuestCounts(results[0], results[1], results[2], results[3]);
    }

    /// <summary>Says what the guest counts when it runs next.</summary>
    public void Prepare(ushort eventNumber, ulong rounds)
    {
        Set(CoreRegister | (2 * 1), rounds);
        Set(CoreRegister | (2 * 2), eventNumber);
        Set(CoreRegister | (2 * 9), Results);
    }

    public void Dispose()
    {
        Gic.Dispose();
        Machine.Dispose();
        _kvm.Dispose();
    }

    private void Set(ulong register, ulong value) => Assert.False(Vcpu.RequestRegister(KvmRequest.SetOneRegister, register, ref value).Failed);
}
