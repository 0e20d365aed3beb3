using Perfmon.Native.Abi;

namespace Perfmon.Kvm.Demonstration;

/// <summary>A <see cref="MinimalGuest"/> that stands, to go on in another machine: its memory, its vCPUs' registers and their PMUs' states.</summary>
public sealed class MinimalGuestState
{
    internal MinimalGuestState(byte[] memory, IReadOnlyList<VcpuState> vcpus, string console)
    {
        Memory = memory;
        Vcpus = vcpus;
        Console = console;
    }

    /// <summary>The state of each vCPU's paravirtual PMU: what <see cref="Paravirtual.ParavirtualPmu.Save"/> gave.</summary>
    public IReadOnlyList<byte[]> Pmus => [.. Vcpus.Select(vcpu => vcpu.Pmu)];

    internal byte[] Memory { get; }

    internal IReadOnlyList<VcpuState> Vcpus { get; }

    internal string Console { get; }

    internal sealed record VcpuState(X86Registers Registers, KvmX86SpecialRegisters SpecialRegisters, byte[] Pmu, bool HasHalted);
}
