using System.Runtime.InteropServices;

namespace Perfmon.Native;

/// <summary>The numbers of the calls that are made without a function of libc for each, on the two architectures Perfmon runs on.</summary>
internal static class SyscallNumbers
{
    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => false,
        Architecture.Arm64 => true,
        var other => throw new PlatformNotSupportedException($"Perfmon runs on x86-64 and 64-bit Arm, not on {other}."),
    };

    public static int PerfEventOpen => s_arm ? 241 : 298;

    public static int OpenAt => s_arm ? 56 : 257;

    public static int Read => s_arm ? 63 : 0;

    public static int IoControl => s_arm ? 29 : 16;

    public static int GetThreadId => s_arm ? 178 : 186;

    public static int SetAffinity => s_arm ? 122 : 203;

    public static int SetScheduler => s_arm ? 119 : 144;

    public static int WaitId => s_arm ? 95 : 247;

    public static int EpollControl => s_arm ? 21 : 233;

    public static int EpollWait => s_arm ? 22 : 281;

    public static int TimerCreate => s_arm ? 85 : 283;

    public static int TimerSet => s_arm ? 86 : 286;

    public static int MemoryBarrier => s_arm ? 283 : 324;

    public static int ResourceLimit => s_arm ? 261 : 302;

    public static int ReadAt => s_arm ? 67 : 17;

    public static int SignalThread => s_arm ? 131 : 234;

    // From Linux 5.1 on a new call has one number everywhere.
    public static int PidfdSendSignal => 424;

    public static int PidfdOpen => 434;

    public static int PidfdGetDescriptor => 438;

    /// <summary>Where <c>struct epoll_event</c> holds its data: x86-64 packs the structure, others align it.</summary>
    public static int EpollDataOffset => s_arm ? 8 : 4;

    /// <summary>Bytes of <c>struct epoll_event</c>.</summary>
    public static int EpollEventSize => s_arm ? 16 : 12;

    /// <summary><c>O_DIRECTORY</c>, which differs too.</summary>
    public static int OpenDirectory => s_arm ? 0x4000 : 0x10000;
}
