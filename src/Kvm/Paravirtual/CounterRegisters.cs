namespace Perfmon.Kvm.Paravirtual;

/// <summary>What a counter's registers hold: all there is to it, but for what the host has counted since they were last brought up to date.</summary>
internal struct CounterRegisters
{
    public CounterControl Control;
    public ulong Value;

    // Nanoseconds.
    public ulong TimeEnabled;
    public ulong TimeRunning;
}
