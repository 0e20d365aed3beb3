namespace Perfmon.Native.LibPfm;

/// <summary>What libpfm4 makes of an event's name: the part of <c>perf_event_attr</c> that selects.</summary>
internal readonly record struct LibPfmEncoding(
    uint Type, ulong Config, ulong Config1, ulong Config2, LibPfmExclude Exclude, byte PreciseIp);
