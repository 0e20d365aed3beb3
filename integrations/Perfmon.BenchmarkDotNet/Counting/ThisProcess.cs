namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>This process, which runs the benchmark itself (the in-process toolchains).</summary>
internal sealed class ThisProcess(CountingRequest request) : ICountedProcess, IDisposable
{
    private readonly IterationListener _listener = new(request);

    public CountingReport Finish() => _listener.Report ?? CountingReport.Failed("the benchmark did not come to its end");

    public void Close() => Dispose();

    public void Dispose() => _listener.Dispose();
}
