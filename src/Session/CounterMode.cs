namespace Perfmon.Session;

/// <summary>How the counters of an attachment are opened and started, the same for all of them.</summary>
/// <param name="Following">Whether descendants are counted along.</param>
/// <param name="Opening">When the kernel begins to count.</param>
/// <param name="Reader">
/// The managed number of the thread that is counted and may read its counters from user space; 0 where the kernel is to be asked.
/// </param>
internal readonly record struct CounterMode(Following Following, CounterOpening Opening, int Reader = 0)
{
    /// <summary>Whether counters tell of overflows that end their set's turn: those of one thread or one CPU.</summary>
    public bool Signals { get; init; }

    /// <summary>Counters of one thread or CPU: the kernel starts and stops them.</summary>
    public static CounterMode Alone => new(Following.Nothing, CounterOpening.Stopped);

    /// <summary>Counters of the calling thread, which it may read from user space.</summary>
    public static CounterMode OfCaller => Alone with { Reader = Environment.CurrentManagedThreadId };

    /// <summary>Counters that threads and processes not yet born will inherit: they always run, and sessions start and stop by bookkeeping.</summary>
    public static CounterMode Followed(Following following) =>
        following == Following.Nothing ? Alone : new(following, CounterOpening.Running);

    /// <summary>Counters of a command that waits to be executed.</summary>
    public static CounterMode Waiting(Following following) => new(following, CounterOpening.OnExec);
}

/// <summary>When the kernel begins to count.</summary>
internal enum CounterOpening
{
    /// <summary>When it is told to.</summary>
    Stopped,

    /// <summary>When the target executes a program: <c>enable_on_exec</c>.</summary>
    OnExec,

    /// <summary>At once.</summary>
    Running,
}
