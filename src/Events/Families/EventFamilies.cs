using Perfmon.Native.LibPfm;

namespace Perfmon.Events.Families;

/// <summary>Every family, in the order in which they are asked: the kernel's own names first, what reads any name last.</summary>
internal static class EventFamilies
{
    public static IReadOnlyList<EventFamily> All { get; } =
    [
        new SoftwareEvents(),
        new HardwareEvents(),
        new CacheEvents(),
        new RawEvents(),
        new BreakpointEvents(),
        new ProbeEvents(),
        new PmuEvents(),
        new TracepointEvents(),
        new LibPfmEvents(LibPfmEncoder.Shared),
    ];
}
