using Perfmon.Native;

namespace Perfmon.Session;

// The target's end, and the messages that tell of it.
internal sealed partial class SessionEngine
{
    private readonly MessageQueue _messages;
    private bool _hasEnded;

    /// <summary>A descriptor that is readable while a message waits. Made when first asked for.</summary>
    public SafeKernelHandle MessageDescriptor
    {
        get
        {
            lock (_gate)
            {
                ThrowIfDisposed();
                return _messages.Descriptor(_attachment?.Exit?.Handle);
            }
        }
    }

    /// <summary>Whether the target has ended since the last attach.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_gate)
            {
                CatchUp();
                return _hasEnded;
            }
        }
    }

    /// <summary>Takes the oldest message.</summary>
    public bool TryReadMessage(out SessionMessage message)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            CatchUp();
            return _messages.TryDequeue(out message);
        }
    }

    /// <summary>Disposes a session whose descriptor somebody else has closed: the number may belong to another file by now.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _messages.Abandon();
        }

        Dispose();
    }

    // Called at the head of every operation, for what nobody has seen to yet: a turn that is over is ended, and when the target has ended, its values are taken over and an END message
    // waits.
    private void CatchUp()
    {
        _driver?.CatchUp();
        if (_attachment?.Exit is { HasEnded: true })
        {
            Unload();
            _hasEnded = true;
            _messages.Enqueue(new SessionMessage(SessionMessageKind.End));
        }
    }
}
