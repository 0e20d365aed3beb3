using Perfmon.Diagnostics;
using Perfmon.Host;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>Tells when a monitored thread, process or command has ended: a pidfd, which becomes readable then.</summary>
internal sealed class ExitWatch : IDisposable
{
    private readonly IPerfKernel _kernel;
    private readonly SafeKernelHandle? _pidfd;

    private ExitWatch(IPerfKernel kernel, SafeKernelHandle? pidfd)
    {
        _kernel = kernel;
        _pidfd = pidfd;
    }

    /// <summary>The pidfd; null when the target had ended before it could be watched.</summary>
    public SafeKernelHandle? Handle => _pidfd;

    public bool HasEnded => _pidfd is null || _kernel.PollInput(_pidfd.Descriptor, 0).Value > 0;

    /// <summary>
    /// Watches a thread or a whole process. Null on kernels before 6.9 for a thread that does not lead its process: they have
    /// no descriptor for it.
    /// </summary>
    /// <exception cref="PerfmonException">No descriptor is left.</exception>
    public static ExitWatch? Open(IPerfKernel kernel, HostDescription host, int id, bool thread)
    {
        var result = kernel.PidfdOpen(id, thread);
        if (result.Error == Errno.EINVAL && thread && ProcessThreads.ThreadGroup(host.Roots, id) == id)
        {
            result = kernel.PidfdOpen(id, thread: false);
        }

        return result.Error switch
        {
            Errno.None => new ExitWatch(kernel, new SafeKernelHandle(kernel, (int)result.Value)),
            Errno.ESRCH => new ExitWatch(kernel, null),
            Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM => throw SessionErrors.CannotWatch(id, result.Error),
            _ => null,
        };
    }

    public void Dispose() => _pidfd?.Dispose();
}
