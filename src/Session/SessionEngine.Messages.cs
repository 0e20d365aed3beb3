using Perfmon.Native;

namespace Perfmon.Session;

// The target's end, and the queue of messages that tells of it. The descriptor is an epoll instance over whatever can make a
// message, so that it works with poll and no thread has to stand behind it.
internal sealed partial class SessionEngine
{
    private const int QueueDepth = 8;

    private readonly Queue<SessionMessage> _messages = new(QueueDepth);
    private SafeKernelHandle? _messageDescriptor;
    private bool _endIsWatched;
    private bool _hasEnded;

    /// <summary>A descriptor that is readable while a message waits. Made when first asked for.</summary>
    public SafeKernelHandle MessageDescriptor
    {
        get
        {
            lock (_gate)
            {
                ThrowIfDisposed();
                if (_messageDescriptor is null)
                {
                    var epoll = _kernel.EpollCreate();
                    if (epoll.Failed)
                    {
                        throw SessionErrors.NoMessageDescriptor(epoll.Error);
                    }

                    _messageDescriptor = new SafeKernelHandle(_kernel, (int)epoll.Value);
                    try
                    {
                        WatchEnd();
                    }
                    catch
                    {
                        _messageDescriptor.Dispose();
                        _messageDescriptor = null;
                        throw;
                    }
                }

                return _messageDescriptor;
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
                NoticeEnd();
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
            NoticeEnd();
            return _messages.TryDequeue(out message);
        }
    }

    /// <summary>Disposes a session whose descriptor somebody else has closed: the number may belong to another file by now.</summary>
    public void Abandon()
    {
        lock (_gate)
        {
            _messageDescriptor?.SetHandleAsInvalid();
        }

        Dispose();
    }

    // Called at the head of every operation: when the target has ended, its values are taken over and an END message waits.
    private void NoticeEnd()
    {
        if (_attachment?.Exit is { HasEnded: true })
        {
            Unload();
            _hasEnded = true;
            _messages.Enqueue(new SessionMessage(SessionMessageKind.End));
        }
    }

    private void WatchEnd()
    {
        if (_attachment?.Exit?.Handle is { } pidfd && _messageDescriptor is { } epoll && !_endIsWatched)
        {
            var added = _kernel.EpollAdd(epoll.Descriptor, pidfd.Descriptor, 0);
            if (added.Failed)
            {
                throw SessionErrors.NoMessageDescriptor(added.Error);
            }

            _endIsWatched = true;
        }
    }

    private void UnwatchEnd(Attachment attachment)
    {
        if (_endIsWatched && attachment.Exit?.Handle is { } pidfd)
        {
            _ = _kernel.EpollRemove(_messageDescriptor!.Descriptor, pidfd.Descriptor);
            _endIsWatched = false;
        }
    }

    private void CloseMessages() => _messageDescriptor?.Dispose();
}
