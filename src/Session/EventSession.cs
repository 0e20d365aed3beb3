using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perfmon.Diagnostics;

namespace Perfmon.Session;

/// <summary>
/// A session on events by name: attached to a target, started and stopped, until it is disposed. <see cref="MonitoringSession"/> counts all its events all
/// the time, <c>EventSetSession</c> in sets that take turns. Counts go on over stop and start, and stay readable after the target has ended. All
/// members are safe for several threads.
/// </summary>
public abstract class EventSession : IDisposable
{
    private readonly CancellationTokenSource _disposal = new();
    private readonly IReadOnlyList<EventProgram> _programs;
    private bool _isDisposed;

    private protected EventSession(SessionEngine engine, IReadOnlyList<EventProgram> programs)
    {
        Engine = engine;
        _programs = programs;
    }

    private protected SessionEngine Engine { get; }

    /// <summary>How counters are opened.</summary>
    internal SessionOptions Options => Engine.Options;

    /// <summary>The thread that called <see cref="Attach"/> last: which one <see cref="Session.Target.CallingThread"/> is.</summary>
    internal int AttachingThread { get; private set; }

    /// <summary>Where the session stands. A target that has ended shows here at once.</summary>
    public SessionState State => Engine.State;

    /// <summary>Whether monitoring is on.</summary>
    public bool IsStarted => Engine.IsStarted;

    /// <summary>Whether the thread, process or command that was attached to last has ended.</summary>
    public bool HasTargetEnded => Engine.HasEnded;

    /// <summary>What the session was attached to last; null before the first attach.</summary>
    public Target? Target { get; private set; }

    /// <summary>The command that is monitored, to wait for or to signal; null for other targets.</summary>
    public MonitoredCommand? Command => Engine.Command;

    /// <summary>What must be known of how the last attach went, such as threads that may be missing; null when all is in order.</summary>
    public string? Notice => Engine.Notice;

    /// <summary>
    /// A descriptor that is readable while a message waits (see <see cref="TryReadMessage"/>), for poll and epoll. It belongs to the session.
    /// </summary>
    public SafeHandle MessageDescriptor => Engine.MessageDescriptor;

    /// <summary>Binds the session to <paramref name="target"/>, stopped. A <see cref="Target.Command"/> is started and held.</summary>
    /// <exception cref="PerfmonException">The target does not exist, may not be monitored, or an event cannot be counted on it.</exception>
    public void Attach(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Engine.Attach(target);
        AttachingThread = Engine.CurrentThread;
        Target = target;
    }

    /// <summary>Turns monitoring on. A held command is let go, and counted from its first instruction.</summary>
    /// <exception cref="PerfmonException">The session is not attached, or its target has ended.</exception>
    public void Start()
    {
        Starting();
        Engine.Start();
    }

    /// <summary>Turns monitoring off; counts stay. Nothing happens when the target has ended.</summary>
    /// <exception cref="PerfmonException">The session is not attached.</exception>
    public void Stop() => Engine.Stop(toleratesEnd: true);

    /// <summary>Unbinds the session from its target; counts stay readable. Nothing happens when the target has ended.</summary>
    /// <exception cref="PerfmonException">The session is not attached.</exception>
    public void Detach() => Engine.Detach(toleratesEnd: true);

    /// <summary>Takes the oldest message, if one waits.</summary>
    public bool TryReadMessage(out SessionMessage message) => Engine.TryReadMessage(out message);

    /// <summary>The session's messages as they come. The stream ends after <see cref="SessionMessageKind.End"/>, and when the session is disposed.</summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    public async IAsyncEnumerable<SessionMessage> ReadMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        while (await NextMessageAsync(either.Token).ConfigureAwait(false) is { } message)
        {
            yield return message;
            if (message.Kind == SessionMessageKind.End)
            {
                yield break;
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// Waits until the target has ended, or the session is disposed. It takes the session's messages: not to be called beside another reader of them.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public async Task WaitForEndAsync(CancellationToken cancellationToken = default)
    {
        await foreach (var _ in ReadMessagesAsync(cancellationToken).ConfigureAwait(false))
        {
            // The stream ends with the target.
        }
    }

    // Null once the session is disposed, at whatever point of this that happens, or the token cancelled.
    private async ValueTask<SessionMessage?> NextMessageAsync(CancellationToken cancellationToken)
    {
        try
        {
            SessionMessage message;
            while (!Engine.TryReadMessage(out message))
            {
                await DescriptorWatcher.Shared.WaitForInputAsync(Engine.MessageDescriptor, cancellationToken).ConfigureAwait(false);
            }

            return message;
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException && cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Detaches and closes everything. A command that was never started ends; one that was goes on.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Called before the session is started.</summary>
    private protected virtual void Starting()
    {
    }

    private protected virtual void Dispose(bool disposing)
    {
        if (_isDisposed || !disposing)
        {
            return;
        }

        _isDisposed = true;
        _disposal.Cancel();
        Engine.Dispose();
        foreach (var program in _programs)
        {
            program.Dispose();
        }
    }
}
