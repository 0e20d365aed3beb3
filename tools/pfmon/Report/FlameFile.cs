using Perfmon.Profiles;
using Perfmon.Tool.Recordings;
using Perfmon.Tool.Stat;

namespace Perfmon.Tool.Report;

/// <summary>The flame graph that is drawn beside a report.</summary>
internal sealed class FlameFile : IDisposable
{
    private readonly ResultFile _file;
    private readonly FlameGraphExporter _exporter;

    private FlameFile(ResultFile file, EventChoice choice)
    {
        _file = file;
        _exporter = new FlameGraphExporter(file.Stream, choice.Description);
        Consumer = choice.For(_exporter.Add);
    }

    /// <summary>What takes the recording's samples.</summary>
    public SampleConsumer Consumer { get; }

    public static FlameFile Create(string path, RecordedSamples samples, string? profileEvent)
    {
        var choice = EventChoice.Single(samples, profileEvent, "A flame graph");
        return new FlameFile(ResultFile.Create(path), choice);
    }

    public void Commit(ProfileLosses losses)
    {
        _exporter.Complete(losses);
        _file.Commit();
    }

    public void Dispose()
    {
        _exporter.Dispose();
        _file.Dispose();
    }
}
