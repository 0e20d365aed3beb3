namespace Perfmon.Kvm.Demonstration;

/// <summary>A guest's access to an MSR, and how it was answered.</summary>
/// <param name="Vcpu">The vCPU.</param>
/// <param name="Index">The MSR.</param>
/// <param name="IsWrite">Whether the guest wrote it.</param>
/// <param name="Value">What it wrote or was given.</param>
/// <param name="IsRefused">Whether it was given a #GP instead.</param>
public readonly record struct MsrTrace(int Vcpu, uint Index, bool IsWrite, ulong Value, bool IsRefused);
