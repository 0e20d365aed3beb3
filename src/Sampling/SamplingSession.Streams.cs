using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Perfmon.Sampling.Records;

namespace Perfmon.Sampling;

/// <content>How records are read: as streams of records that can be kept.</content>
public sealed partial class SamplingSession
{
    /// <summary>
    /// All samples as they come, in the order of their times. The stream ends with the target, and after <see cref="Dispose"/> when what had been in the
    /// rings is read. No thread is started; a consumer that falls behind leaves samples in the rings, and what they have no room for is counted as lost.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>; what was not given yet can be read on.</param>
    /// <exception cref="InvalidOperationException">Another thread is reading.</exception>
    public async IAsyncEnumerable<Sample> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RefuseBesideChannel();
        while (await WaitForRecordAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadSample(out var sample))
            {
                yield return sample;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>All records as they come, those of the side band among the samples (which are <see cref="Sample"/>s); else as <see cref="ReadAllAsync"/>.</summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>; what was not given yet can be read on.</param>
    /// <exception cref="InvalidOperationException">Another thread is reading.</exception>
    public async IAsyncEnumerable<OwnedRecord> ReadRecordsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RefuseBesideChannel();
        while (await WaitForRecordAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadOwned(out var record))
            {
                yield return record;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>
    /// Starts a thread that reads all samples into a channel. It ends with the stream, and completes the channel. Nobody else may read the session
    /// from then on.
    /// </summary>
    /// <param name="capacity">The most samples that wait in the channel.</param>
    /// <param name="whenFull">What happens to one more. What is dropped is counted: <see cref="SampleLedger.Dropped"/>.</param>
    /// <exception cref="Diagnostics.PerfmonException">The session is not attached.</exception>
    /// <exception cref="InvalidOperationException">There is a channel already.</exception>
    public ChannelReader<Sample> OpenChannel(int capacity, WhenFull whenFull)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _ = Signal;
        if (Interlocked.Exchange(ref _hasChannel, 1) != 0)
        {
            throw new InvalidOperationException("The session has a channel already.");
        }

        var options = new BoundedChannelOptions(capacity)
        {
            SingleWriter = true,
            FullMode = whenFull switch
            {
                WhenFull.DropNewest => BoundedChannelFullMode.DropWrite,
                WhenFull.DropOldest => BoundedChannelFullMode.DropOldest,
                _ => BoundedChannelFullMode.Wait,
            },
        };
        var channel = Channel.CreateBounded<Sample>(options, _ => Interlocked.Increment(ref _dropped));
        new Thread(() => Pump(channel.Writer)) { IsBackground = true, Name = "Perfmon samples" }.Start();
        return channel.Reader;
    }

    // While the session lives, on this thread. What is left when it is disposed is in this process's memory, however large the channel: it goes on without
    // a thread, and is collected with the channel when nobody wants it.
    private void Pump(ChannelWriter<Sample> writer)
    {
        try
        {
            while (WaitForRecord(CancellationToken.None))
            {
                while (TryReadSample(out var sample))
                {
                    if (writer.TryWrite(sample))
                    {
                        continue;
                    }

                    var written = writer.WriteAsync(sample, CancellationToken.None).AsTask();
                    try
                    {
                        written.Wait(_disposal.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        _ = PumpRestAsync(writer, written);
                        return;
                    }
                }
            }

            writer.Complete();
        }
        catch (Exception failure)
        {
            writer.Complete(failure);
        }
    }

    private async Task PumpRestAsync(ChannelWriter<Sample> writer, Task written)
    {
        try
        {
            await written.ConfigureAwait(false);
            while (await WaitForRecordAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (TryReadSample(out var sample))
                {
                    await writer.WriteAsync(sample).ConfigureAwait(false);
                }
            }

            writer.Complete();
        }
        catch (Exception failure)
        {
            writer.Complete(failure);
        }
    }

    private bool TryReadSample([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Sample? sample)
    {
        while (TryReadTaken(out var record))
        {
            if (record.Type == RecordType.Sample)
            {
                sample = Own(record);
                return true;
            }
        }

        sample = null;
        return false;
    }

    private bool TryReadOwned([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OwnedRecord? owned)
    {
        owned = !TryReadTaken(out var record) ? null : record.Type == RecordType.Sample ? Own(record) : new OwnedRecord(record);
        return owned is not null;
    }

    private Sample Own(PerfRecord record) => new(record, record.TryGetId(out var id) ? _ids.GetValueOrDefault(id) : null);
}
