using Perfmon.Bench.Switches;
using Perfmon.Sampling;
using Perfmon.Sampling.Records;
using Perfmon.Session;

namespace Perfmon.Bench.Sampling;

/// <summary>A session whose records a thread of this process reads, and counts.</summary>
internal sealed class PerfmonRecorder : IRecorder
{
    private const string ReaderName = "Bench reader";

    private SamplingSession? _session;
    private Thread? _reader;
    private long _samples;

    public long OwnTime => ThreadTime.Read(ReaderName);

    public void Start(int thread, int hertz)
    {
        Open("cpu-clock", Target.Thread(thread), new SamplingOptions { Rate = SampleRate.Frequency(hertz) });
        Thread.Sleep(50);
    }

    public long Stop()
    {
        _session!.Dispose();
        _reader!.Join();
        return _samples;
    }

    public long Flood(string program, int calls, int pages)
    {
        // As perf record: the tracepoint's own fields are in each sample.
        Open("syscalls:sys_enter_getppid", Target.Command(program, $"{calls}"), new SamplingOptions
        {
            Rate = SampleRate.EachEvent,
            Fields = SampleFields.Ip | SampleFields.Period | SampleFields.Raw,
            RingSize = RingSize.OfPages(pages),
        });
        _reader!.Join();
        _session!.Dispose();
        var ledger = _session.Ledger;
        if (ledger.Samples + ledger.LostSamples != (ulong)calls)
        {
            throw new InvalidOperationException($"{ledger} of {calls} calls");
        }

        return _samples;
    }

    private void Open(string events, Target target, SamplingOptions options)
    {
        _samples = 0;
        var session = _session = SamplingSession.Create(events, options);
        session.Attach(target);
        _reader = new Thread(() =>
        {
            var samples = 0L;
            while (session.WaitToRead())
            {
                foreach (var record in session.ReadBatch())
                {
                    samples += record.Type == RecordType.Sample ? 1 : 0;
                }
            }

            _samples = samples;
        })
        { Name = ReaderName };
        _reader.Start();
        session.Start();
    }
}
