using Perfmon.Host;

namespace Perfmon.Session;

/// <summary>What the named face knows of a PMD beyond its register: the event's name, its group, where it exists.</summary>
/// <param name="Name">The event as the user wrote it.</param>
/// <param name="Group">The <c>{}</c> group it was written in; -1 for none.</param>
/// <param name="Cpus">The only CPUs on which the event exists; null for all.</param>
internal sealed record CounterLabel(string Name, int Group, CpuList? Cpus);
