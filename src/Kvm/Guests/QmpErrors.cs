using Perfmon.Diagnostics;

namespace Perfmon.Kvm.Guests;

/// <summary>Why a VMM's monitor could not serve, one a method.</summary>
internal static class QmpErrors
{
    public static PerfmonException CannotConnect(string path, string why) => new(
        PerfmonReason.NoSuchTarget,
        $"""
        Cannot ask the monitor at {path}.
        connect: {why}
        Start QEMU with one:  -qmp unix:PATH,server=on,wait=off
        """);

    public static PerfmonException Silent(string path, string command, TimeSpan patience) => new(
        PerfmonReason.Busy,
        $"""
        Cannot ask the monitor at {path}.
        {command}: no answer within {patience.TotalSeconds:0.#} s. A monitor serves one client at a time, and another (libvirt, a shell) may hold it; or it is no QMP monitor.
        Give QEMU a second one:  -qmp unix:PATH,server=on,wait=off
        """);

    public static PerfmonException Garbled(string path, string what) => new(
        PerfmonReason.InvalidRequest,
        $"""
        Cannot ask the monitor at {path}.
        {what}. It is not QEMU's machine protocol (QMP).
        Name the socket that -qmp was given.
        """);

    public static PerfmonException Refused(string path, string command, string why) => new(
        PerfmonReason.NotSupported,
        $"""
        Cannot ask the monitor at {path}.
        {command}: {why}
        It needs a newer QEMU, or one that runs with -accel kvm.
        """);
}
