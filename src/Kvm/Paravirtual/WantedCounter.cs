using Perfmon.Events;

namespace Perfmon.Kvm.Paravirtual;

/// <summary>A counter of the device that the host is to count for.</summary>
/// <param name="Index">The counter.</param>
/// <param name="Event">What it counts.</param>
/// <param name="Value">What it stands at.</param>
/// <param name="Notifies">Whether its overflows are told at once.</param>
internal readonly record struct WantedCounter(int Index, EventRequest Event, ulong Value, bool Notifies);
