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
    /// Records wait for one round over all rings after the one that took them: what every ring had in one round is complete when the next is over. Calls make
    /// the rounds, two at most in one, so that a quiet session's records come at once. A record that the kernel took longer to write than
    /// from one round to the next is given late, and counted (<see cref="SampleLedger.OutOfOrder"/>).
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
        for (var wasWoken = true; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsReady(wasWoken, out var isOver))
            {
                return true;
            }

            if (isOver)
            {
                return false;
            }

            wasWoken = Signal.Wait(Options.Latency);
        }
    }

    private async ValueTask<bool> WaitForRecordAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsReady(wasWoken: true, out var isOver))
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

    // Whether there is something to take now. The reader's own part of the session needs no lock: there is one reader.
    private bool IsReady(bool wasWoken, out bool isOver)
    {
        Enter();
        try
        {
            if (!wasWoken)
            {
                lock (_gate)
                {
                    _intake?.CountLateWakeUps();
                }
            }

            var isReady = _intake is { } intake && (intake.Merge.IsReady || Fetch());
            isOver = !isReady && _isComplete;
            return isReady;
        }
        finally
        {
            Exit();
        }
    }

    // Rounds until a record's turn has come: the first takes what there is, the second makes it complete.
    private bool Fetch()
    {
        const int most = 2;
        for (var round = 0; round < most && !_isComplete && _intake is { } intake; round++)
        {
            var isFinal = Round(intake);
            if (intake.Merge.IsReady)
            {
                return true;
            }

            _isComplete = isFinal;
            if (intake.Merge.IsEmpty)
            {
                return false;
            }
        }

        return false;
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

            var isFinal = _isDisposed || _hasEnded;
            _ = intake.Round(isFinal);
            return isFinal;
        }
    }

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
