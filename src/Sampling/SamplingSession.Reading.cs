using System.Diagnostics.CodeAnalysis;
using Perfmon.Events;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling;

/// <content>How records are read: one after the other, without allocation.</content>
public sealed partial class SamplingSession
{
    private readonly Dictionary<ulong, SampledEvent> _ids = [];
    private RecordIntake? _intake;
    private ReadySignal? _signal;
    private FloodWatch _flood;
    private (ulong Samples, ulong Others)? _lost;
    private ulong _dropped;
    private int _isReading;
    private int _hasChannel;
    private bool _hasEnded;
    private volatile bool _isComplete;

    /// <summary>Whether the stream is over: the target has ended, or the session was disposed, and every record was read.</summary>
    public bool IsComplete => _isComplete;

    /// <summary>
    /// What became of the records so far. It asks the kernel for each open event's count of lost records while the session is attached, a call for each.
    /// </summary>
    public SampleLedger Ledger
    {
        get
        {
            lock (_gate)
            {
                if (!_isDisposed && !_hasEnded)
                {
                    _lost = _attachment?.ReadLost() ?? _lost;
                }

                return (_intake?.Ledger ?? new SampleLedger()) with
                {
                    LostSamples = _lost?.Samples,
                    LostSideBand = _lost?.Others,
                    Dropped = Volatile.Read(ref _dropped),
                };
            }
        }
    }

    /// <summary>
    /// Gives the next record of all rings in the order of their times, if there is one whose turn has surely come. It does not wait, and allocates
    /// nothing.
    /// </summary>
    /// <param name="record">Valid until the next call that reads.</param>
    /// <returns>False when there is none now; <see cref="IsComplete"/> tells whether there will be.</returns>
    /// <exception cref="InvalidOperationException">Another thread is reading.</exception>
    /// <remarks>
    /// Records wait for one round over all rings after the one that took them: what every ring had in one round is complete when the next is over. A call
    /// that finds nothing to give makes two rounds, so that what was in the rings before it comes at once. A record that the kernel took longer to write than from one
    /// round to the next is given late, and counted (<see cref="SampleLedger.OutOfOrder"/>). Who waits with <see cref="WaitToRead"/> makes
    /// rounds when woken, or after <see cref="SamplingOptions.Latency"/>: that is the most that a record is late then.
    /// </remarks>
    public bool TryRead(out PerfRecord record)
    {
        RefuseBesideChannel();
        return TryReadNext(out record);
    }

    /// <summary>Waits for records.</summary>
    /// <returns>True when there is one to be read; false when the stream is over.</returns>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public bool WaitToRead(CancellationToken cancellationToken = default)
    {
        RefuseBesideChannel();
        return WaitForRecord(cancellationToken);
    }

    /// <summary>Waits for records, on no thread.</summary>
    /// <returns>True when there is one to be read; false when the stream is over.</returns>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        RefuseBesideChannel();
        return WaitForRecordAsync(cancellationToken);
    }

    /// <summary>The records that can be read now, in the order of their times, without waiting and without allocation.</summary>
    /// <example>
    /// <code>
    /// while (session.WaitToRead())
    /// {
    ///     foreach (var record in session.ReadBatch())
    ///     {
    ///         if (record.TryAsSample(out var sample))
    ///         {
    ///             Count(sample.Ip);
    ///         }
    ///     }
    /// }
    /// </code>
    /// </example>
    public RecordBatch ReadBatch() => new(this);

    /// <summary>The event that a sample or record is of, by its id.</summary>
    /// <returns>False for records of no sampled event, such as side-band records.</returns>
    public bool TryGetEvent(ulong id, [NotNullWhen(true)] out EventRequest? sampled)
    {
        sampled = _ids.GetValueOrDefault(id)?.Request;
        return sampled is not null;
    }

    /// <summary>
    /// How many events a sample stands for: what it says itself, or the fixed period of its event, which is not in its samples where the kernel itself
    /// counts it. 0 for what is no sample of this session.
    /// </summary>
    public ulong PeriodOf(SampleRecord sample) => sample.Period is > 0 and var period ? period : _ids.GetValueOrDefault(sample.Id)?.FixedPeriod ?? 0;

    /// <summary>Takes a record without a round.</summary>
    internal bool TryReadTaken(out PerfRecord record)
    {
        Enter();
        try
        {
            return TryTake(out record);
        }
        finally
        {
            Exit();
        }
    }

    // What the reader does, be he the caller or the thread that fills a channel.
    private bool TryReadNext(out PerfRecord record)
    {
        Enter();
        try
        {
            return TryTake(out record) || (Fetch() && TryTake(out record));
        }
        finally
        {
            Exit();
        }
    }

    private bool WaitForRecord(CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static session => ((SamplingSession)session!)._signal?.Wake(), this);
        for (var hasWaited = false; ; hasWaited = true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsReady(hasWaited, out var isOver))
            {
                return true;
            }

            if (isOver)
            {
                return false;
            }

            if (_flood.Look(this))
            {
                continue;
            }

            _flood.Sleep();
            var isWoken = Signal.Wait(Options.Latency);
            _flood.Wake(isWoken);
            if (!isWoken)
            {
                CountLateWakeUps();
            }
        }
    }

    private async ValueTask<bool> WaitForRecordAsync(CancellationToken cancellationToken)
    {
        for (var hasWaited = false; ; hasWaited = true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsReady(hasWaited, out var isOver))
            {
                return true;
            }

            if (isOver)
            {
                return false;
            }

            await Signal.WaitAsync(Options.Latency, cancellationToken).ConfigureAwait(false);
        }
    }

    private ReadySignal Signal => _signal ?? throw SamplingErrors.NotAttached("wait for samples");

    private void Adopt(SamplingAttachment attachment)
    {
        foreach (var one in attachment.Events)
        {
            _ids[one.Id] = one.Event;

            // The dummy has no samples, and its other records are laid out as everybody's: it needs no format of its own.
            if (one.Event.Request is not null)
            {
                Formats.Add(one.Id, one.Event.Format);
            }
        }

        _attachment = attachment;
        Command = attachment.Command;
        Notice = attachment.Notice;
        RingCount = attachment.Rings.Length;
        _intake = new RecordIntake(attachment.Rings, _plan.Tracking.Format);
    }

    private bool TryTake(out PerfRecord record)
    {
        record = default;
        return _intake is { } intake && intake.Merge.TryTake(out var bytes, out _) && Formats.TryRead(bytes, out record);
    }

    // Whether there is something to take now. Rings that are not full enough to wake anybody are left alone until the longest wait is over: a reader that looks
    // again and again takes from the target the time that it means to measure, and its own turn is over when the rings are full.
    private bool IsReady(bool hasWaited, out bool isOver)
    {
        Enter();
        try
        {
            var isReady = _intake is { } intake && (intake.Merge.IsReady || ((hasWaited || IsDue()) && Fetch()));
            isOver = !isReady && _isComplete;
            return isReady;
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Whether a ring is full enough to wake who waits, or the stream is over.</summary>
    internal bool IsDue()
    {
        lock (_gate)
        {
            return _isDisposed || _hasEnded || _intake is { Overdue: > 0 };
        }
    }

    private void CountLateWakeUps()
    {
        lock (_gate)
        {
            _intake?.CountLateWakeUps();
        }
    }

    // Two rounds: the first takes what there is, the second makes it complete.
    private bool Fetch()
    {
        if (_intake is not { } intake || _isComplete)
        {
            return false;
        }

        _ = Round(intake);
        if (intake.Merge.IsEmpty && !IsFinal)
        {
            return false;
        }

        var isFinal = Round(intake);
        _isComplete = isFinal && !intake.Merge.IsReady;
        return intake.Merge.IsReady;
    }

    private bool Round(RecordIntake intake)
    {
        lock (_gate)
        {
            // Asked before the rings are read: what the target did is in them then.
            if (!_isDisposed && !_hasEnded && _attachment is { HasEnded: true } attachment)
            {
                Conclude(attachment);
                _hasEnded = true;
                IsStarted = false;
            }

            intake.Round(IsFinal);
            return IsFinal;
        }
    }

    // Nothing more is written then. Either is set once, and before the last round.
    private bool IsFinal => Volatile.Read(ref _isDisposed) || _hasEnded;

    private void RefuseBesideChannel()
    {
        if (Volatile.Read(ref _hasChannel) != 0)
        {
            throw new InvalidOperationException("The session's records go into its channel.");
        }
    }

    private void Enter()
    {
        if (Interlocked.Exchange(ref _isReading, 1) != 0)
        {
            throw new InvalidOperationException("Another thread is reading the session's records.");
        }
    }

    private void Exit() => Volatile.Write(ref _isReading, 0);
}
