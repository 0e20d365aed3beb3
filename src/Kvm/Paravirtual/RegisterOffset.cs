namespace Perfmon.Kvm.Paravirtual;

/// <summary>Where registers lie behind the first MSR number; for those of counters, counter 0's.</summary>
internal enum RegisterOffset : uint
{
    Identity = 0x00,
    Version = 0x01,
    Capabilities = 0x02,
    Generation = 0x03,
    GenericEvents = 0x04,
    HostEvents = 0x05,
    GlobalControl = 0x08,
    GlobalStatus = 0x09,
    OverflowStatus = 0x0a,
    OverflowClear = 0x0b,
    OverflowSet = 0x0c,
    NotifyVector = 0x0d,
    Control = ParavirtualRegisters.FirstCounter,
    Value,
    Status,
    TimeEnabled,
    TimeRunning,
}
