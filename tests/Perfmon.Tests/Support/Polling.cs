using System.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Tests.Support;

/// <summary>poll(2) for tests that ask whether a descriptor is readable: the runtime's signals, which end it early, do not answer that.</summary>
internal static class Polling
{
    /// <summary>1 when it is readable, 0 when it was not for all of the time.</summary>
    public static long Input(int descriptor, int milliseconds)
    {
        var start = Stopwatch.StartNew();
        while (true)
        {
            var answer = LinuxKernel.Instance.PollInput(descriptor, Math.Max(0, milliseconds - (int)start.ElapsedMilliseconds));
            if (answer.Error != Errno.EINTR)
                return answer.Value;
        }
    }
}
