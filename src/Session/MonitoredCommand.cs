using Perfmon.Diagnostics;
using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>A command that a session started: a child process, held until the session starts.</summary>
public sealed class MonitoredCommand
{
    private readonly Lock _gate = new();
    private readonly IPerfKernel _kernel;
    private readonly SafeKernelHandle _pidfd;
    private int _releaseDescriptor;
    private CommandExit? _exit;

    private MonitoredCommand(IPerfKernel kernel, SafeKernelHandle pidfd, SpawnedCommand spawned)
    {
        _kernel = kernel;
        _pidfd = pidfd;
        ProcessId = spawned.ProcessId;
        _releaseDescriptor = spawned.ReleaseDescriptor;
    }

    /// <summary>The process.</summary>
    public int ProcessId { get; }

    /// <summary>Sends a signal to the command's process, unless it has ended and been waited for.</summary>
    /// <param name="signal">The signal's number, such as 2 for SIGINT.</param>
    /// <returns>Whether the signal was sent.</returns>
    public bool Signal(int signal)
    {
        lock (_gate)
        {
            return !_pidfd.IsClosed && !_kernel.PidfdSendSignal(_pidfd.Descriptor, signal).Failed;
        }
    }

    /// <summary>Waits for the command to end. Every call gives the same answer.</summary>
    /// <param name="cancellationToken">Gives up waiting; the command goes on.</param>
    public async Task<CommandExit> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        if (Exited() is null)
        {
            try
            {
                await DescriptorWatcher.Shared.WaitForInputAsync(_pidfd, cancellationToken).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // Another was told of the end first.
            }
        }

        return Exited() ?? throw new InvalidOperationException("The command's process was waited for elsewhere.");
    }

    internal static MonitoredCommand Start(IPerfKernel kernel, CommandTarget target)
    {
        var program = Locate(target.Program);
        var result = kernel.SpawnWaiting(program, target.Arguments, target.OutputToError, out var spawned);
        if (result.Failed)
        {
            throw Failed(target.Program, $"posix_spawn: {result.Error}. The command's process could not be made.", result.Error);
        }

        // The child is not reaped before it is waited for, so its number cannot have passed to another process.
        var pidfd = kernel.PidfdOpen(spawned.ProcessId, thread: false);
        if (pidfd.Failed)
        {
            // It reads the end of the pipe and exits. If a descriptor was lacking to wait for that, the pipe's is free now.
            _ = kernel.Close(spawned.ReleaseDescriptor);
            var second = kernel.PidfdOpen(spawned.ProcessId, thread: false);
            if (!second.Failed)
            {
                using var handle = new SafeKernelHandle(kernel, (int)second.Value);
                _ = Wait(kernel, handle, out _);
            }

            throw Failed(target.Program, pidfd.Error == Errno.ENOSYS
                ? "pidfd_open: ENOSYS. Commands need Linux 5.4."
                : $"pidfd_open: {pidfd.Error}. The command's process could not be watched.", pidfd.Error);
        }

        return new MonitoredCommand(kernel, new SafeKernelHandle(kernel, (int)pidfd.Value), spawned);
    }

    /// <summary>Whether the command was let go.</summary>
    internal bool IsReleased
    {
        get
        {
            lock (_gate)
            {
                return _releaseDescriptor < 0;
            }
        }
    }

    /// <summary>Lets the command go on to execute its program. Once only.</summary>
    internal void Release()
    {
        lock (_gate)
        {
            if (_releaseDescriptor >= 0)
            {
                _ = _kernel.Release(_releaseDescriptor);
                _releaseDescriptor = -1;
            }
        }
    }

    /// <summary>Ends a command that was never released; one that was goes on without a monitor. One that has ended is waited for.</summary>
    internal void Abandon()
    {
        lock (_gate)
        {
            if (_releaseDescriptor >= 0)
            {
                _ = _kernel.Close(_releaseDescriptor);
                _releaseDescriptor = -1;

                // It reads the end of the pipe and exits at once.
                Reap();
            }
        }

        // One that goes on is waited for in the background, lest it stay a zombie.
        _ = WaitForExitAsync();
    }

    private CommandExit? Exited()
    {
        lock (_gate)
        {
            if (_exit is null && !_pidfd.IsClosed && _kernel.PollInput(_pidfd.Descriptor, 0).Value > 0)
            {
                Reap();
            }

            return _exit;
        }
    }

    // The descriptor has told all it can: it is closed, lest it stay open for as long as somebody keeps the command.
    private void Reap()
    {
        if (!Wait(_kernel, _pidfd, out var exit).Failed)
        {
            _exit = new CommandExit(exit.Signalled ? null : exit.Status, exit.Signalled ? exit.Status : null, exit.UserTime, exit.SystemTime);
        }

        _pidfd.Dispose();
    }

    private static KernelResult Wait(IPerfKernel kernel, SafeKernelHandle pidfd, out ChildExit exit)
    {
        KernelResult result;
        do
        {
            result = kernel.WaitForExit(pidfd.Descriptor, out exit);
        }
        while (result.Error == Errno.EINTR);

        return result;
    }

    // What execvp would find: the first file in PATH that may be executed, or the first that may not, which is the error then.
    private static string Locate(string program)
    {
        IReadOnlyList<string> candidates = program.Contains('/', StringComparison.Ordinal)
            ? [program]
            : [.. (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':')
                .Select(folder => Path.Join(folder.Length == 0 ? "." : folder, program))];
        if (candidates.FirstOrDefault(IsExecutable) is { } executable)
        {
            return executable;
        }

        throw candidates.FirstOrDefault(Path.Exists) switch
        {
            { } folder when Directory.Exists(folder) => Failed(program, $"{folder} is a folder.", Errno.EACCES),
            { } file => Failed(program, $"{file} may not be executed. Allow it:  chmod +x {file}", Errno.EACCES),
            _ when program.Contains('/', StringComparison.Ordinal) => Failed(program, "There is no such file.", Errno.ENOENT),
            _ => Failed(program, "No folder in PATH has a program of this name.", Errno.ENOENT),
        };
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) &&
        (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    private static PerfmonException Failed(string program, string why, Errno error) => new(
        error is Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM or Errno.EAGAIN ? PerfmonReason.LimitReached : PerfmonReason.NoSuchTarget,
        $"""
        Cannot start {program}.
        {why}
        """,
        (int)error);
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code; null when a signal ended it.</param>
/// <param name="Signal">The signal that ended it; null when it exited.</param>
/// <param name="UserTime">CPU time in user mode, of the command and of those of its children it waited for.</param>
/// <param name="SystemTime">CPU time in kernel mode, likewise.</param>
public sealed record CommandExit(int? ExitCode, int? Signal, TimeSpan UserTime, TimeSpan SystemTime);
