using Perfmon.Native;

namespace Perfmon.Session;

/// <summary>
/// A session's messages that wait to be read, and a descriptor that tells of them: an epoll instance over whatever can make a message and
/// over an eventfd that is readable while one waits. So it works with poll, and no thread has to stand behind it. It has no lock, its
/// session has one.
/// </summary>
internal sealed class MessageQueue(IPerfKernel kernel) : IDisposable
{
    private const int Depth = 8;

    private readonly Queue<SessionMessage> _messages = new(Depth);
    private SafeKernelHandle? _epoll;
    private SafeKernelHandle? _waiting;
    private SafeKernelHandle? _watched;
    private bool _isAwake;

    /// <summary>The descriptor, made when first asked for; it belongs to the queue.</summary>
    /// <param name="source">What is to be watched so far.</param>
    /// <exception cref="Diagnostics.PerfmonException">It cannot be made.</exception>
    public SafeKernelHandle Descriptor(SafeKernelHandle? source)
    {
        if (_epoll is not null)
        {
            return _epoll;
        }

        try
        {
            _epoll = Made(kernel.EpollCreate());
            _waiting = Made(kernel.EventCreate());
            Check(kernel.EpollAdd(_epoll.Descriptor, _waiting.Descriptor, 0));
            Watch(source);
        }
        catch
        {
            Dispose();
            throw;
        }

        if (_messages.Count > 0 || _isAwake)
        {
            _ = kernel.EventSignal(_waiting.Descriptor);
        }

        return _epoll;
    }

    /// <summary>Makes the descriptor readable when <paramref name="source"/> is, whose session then finds a message.</summary>
    /// <exception cref="Diagnostics.PerfmonException">It cannot be watched.</exception>
    public void Watch(SafeKernelHandle? source)
    {
        if (_epoll is not null && source is not null)
        {
            Check(kernel.EpollAdd(_epoll.Descriptor, source.Descriptor, 0));
            _watched = source;
        }
    }

    /// <summary>Looks no more at what is watched, which is about to be closed.</summary>
    public void Unwatch()
    {
        if (_watched is { } source)
        {
            _ = kernel.EpollRemove(_epoll!.Descriptor, source.Descriptor);
            _watched = null;
        }
    }

    /// <summary>Whether there is no room for one more overflow. The end is always told.</summary>
    public bool IsFull => _messages.Count >= Depth;

    /// <summary>Makes the descriptor readable without a message, until somebody looks for one.</summary>
    public void WakeUp()
    {
        _isAwake = true;
        if (_waiting is { } waiting)
        {
            _ = kernel.EventSignal(waiting.Descriptor);
        }
    }

    public void Enqueue(SessionMessage message)
    {
        _messages.Enqueue(message);
        if (_waiting is { } waiting)
        {
            _ = kernel.EventSignal(waiting.Descriptor);
        }
    }

    public bool TryDequeue(out SessionMessage message)
    {
        var any = _messages.TryDequeue(out message);
        if ((any || _isAwake) && _messages.Count == 0)
        {
            Lower();
        }

        return any;
    }

    public void Clear()
    {
        if (_messages.Count > 0 || _isAwake)
        {
            _messages.Clear();
            Lower();
        }
    }

    /// <summary>Forgets the descriptor, which somebody else has closed: the number may belong to another file by now.</summary>
    public void Abandon()
    {
        _epoll?.SetHandleAsInvalid();
        _watched = null;
    }

    public void Dispose()
    {
        _waiting?.Dispose();
        _epoll?.Dispose();
        (_epoll, _waiting, _watched) = (null, null, null);
    }

    // Reading an eventfd sets it back to 0.
    private void Lower()
    {
        _isAwake = false;
        if (_waiting is { } waiting)
        {
            _ = kernel.Read(waiting.Descriptor, stackalloc byte[sizeof(ulong)]);
        }
    }

    private SafeKernelHandle Made(KernelResult result)
    {
        Check(result);
        return new SafeKernelHandle(kernel, (int)result.Value);
    }

    private static void Check(KernelResult result)
    {
        if (result.Failed)
        {
            throw SessionErrors.NoMessageDescriptor(result.Error);
        }
    }
}
