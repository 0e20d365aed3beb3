using System.Diagnostics;
using Perfmon.Tool.Output;
using Perfmon.Tool.Sample;

namespace Perfmon.Tool.Record;

/// <summary>The line <c>48,120 samples  1.2 MB  12 s</c>, on a terminal that no command writes to; it is gone when the work is done.</summary>
internal sealed class RecordProgress : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly Timer? _timer;

    public RecordProgress(RecordFile file, SampleRun run)
    {
        if (Terminal.IsErrorStyled && run.Command is null)
        {
            var began = Stopwatch.GetTimestamp();
            _timer = new Timer(
                _ =>
                {
                    var ledger = run.Session.Ledger;
                    var lost = ledger.Lost > 0 ? $"  {ledger.Lost:N0} lost" : "";
                    Console.Error.Write(
                        $"\e[2m{ledger.Samples:N0} samples  {ByteSize.Of(file.BytesWritten)}{lost}  {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s  Ctrl-C ends\e[0m\e[K\r");
                },
                null,
                s_pause,
                s_pause);
        }
    }

    public void Dispose()
    {
        if (_timer is not null)
        {
            using var done = new ManualResetEvent(false);
            if (_timer.Dispose(done))
            {
                _ = done.WaitOne();
            }

            Console.Error.Write("\e[K");
        }
    }
}
