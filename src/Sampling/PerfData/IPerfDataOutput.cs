namespace Perfmon.Sampling.PerfData;

/// <summary>Where records go, and in which form what is said about them goes there: a file, a pipe.</summary>
internal interface IPerfDataOutput : IDisposable
{
    /// <summary>Whether ids may be added after the begin.</summary>
    bool TakesIdsLater { get; }

    /// <summary>What comes before the records.</summary>
    void Begin(IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features);

    /// <summary>Whole records.</summary>
    void Write(ReadOnlySpan<byte> records);

    /// <summary>The operating system has what was written.</summary>
    void Flush();

    /// <summary>What comes behind the records.</summary>
    void Complete(IReadOnlyList<PerfDataEvent> events, PerfDataFeatures features);
}
