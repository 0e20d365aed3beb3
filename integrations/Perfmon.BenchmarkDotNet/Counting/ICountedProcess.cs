namespace Perfmon.BenchmarkDotNet.Counting;

/// <summary>A process that runs a benchmark and counts it.</summary>
internal interface ICountedProcess
{
    /// <summary>What it counted, when it is done.</summary>
    CountingReport Finish();

    /// <summary>Leaves nothing of it behind.</summary>
    void Close();
}
