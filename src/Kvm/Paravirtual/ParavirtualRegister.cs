namespace Perfmon.Kvm.Paravirtual;

/// <summary>A register of the paravirtual PMU, or one of each counter: where it is, and what may be written to it.</summary>
/// <param name="Name">Its name in the documentation.</param>
/// <param name="Offset">Its MSR number less <see cref="ParavirtualRegisters.First"/>; for one of each counter that of counter 0.</param>
/// <param name="Access">What a guest may do with it.</param>
/// <param name="Writable">The bits that may be 1 in a write, on a PMU with all 16 counters and of the greatest width. Any other that is 1 is a #GP.</param>
/// <param name="IsOfCounter">Whether each counter has one, <see cref="ParavirtualRegisters.CounterStride"/> apart.</param>
public sealed record ParavirtualRegister(string Name, uint Offset, RegisterAccess Access, ulong Writable, bool IsOfCounter)
{
    /// <summary>Its MSR number.</summary>
    /// <param name="counter">The counter whose register it is; 0 for one that no counter has.</param>
    public uint Msr(int counter = 0) => ParavirtualRegisters.First + Offset + ((uint)counter * ParavirtualRegisters.CounterStride);

    /// <summary>Its name, with the counter's number where each has one: <c>VALUE3</c>.</summary>
    public string NameOf(int counter) => IsOfCounter ? $"{Name}{counter}" : Name;
}
