namespace Perfmon.Tool.Stat.Sets;

/// <summary>Reads the slices of a session while it runs, so that it need not keep many.</summary>
internal sealed class SliceDrain : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly SetCounting _sets;
    private readonly SliceSinks _sinks;
    private readonly CancellationTokenSource _finish = new();
    private readonly Task _task;

    /// <summary>Begins to read.</summary>
    public SliceDrain(SetCounting sets, SliceSinks sinks)
    {
        (_sets, _sinks) = (sets, sinks);
        _task = Task.Run(RunAsync);
    }

    /// <summary>Reads what is left, of a session that has stopped and was read.</summary>
    public async Task FinishAsync()
    {
        await _finish.CancelAsync().ConfigureAwait(false);
        await _task.ConfigureAwait(false);
        ReadAll();
    }

    public void Dispose()
    {
        _finish.Cancel();
        _finish.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(s_pause);
        try
        {
            while (await timer.WaitForNextTickAsync(_finish.Token).ConfigureAwait(false))
            {
                ReadAll();
            }
        }
        catch (OperationCanceledException)
        {
            // The end is read by whoever asked for it.
        }
    }

    private void ReadAll()
    {
        while (_sets.NextSlice() is { } slice)
        {
            _sinks.Add(slice);
        }
    }
}
