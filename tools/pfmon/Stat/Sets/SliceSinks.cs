using Perfmon.Sets;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>All that is made of the slices of a run.</summary>
internal sealed class SliceSinks : IDisposable
{
    private readonly List<SliceSink> _sinks = [];

    private SliceSinks()
    {
    }

    /// <summary>Whether nothing is.</summary>
    public bool IsEmpty => _sinks.Count == 0;

    /// <summary>Those that a request asks for, with their files open.</summary>
    /// <exception cref="CommandLine.ToolException">A file cannot be written.</exception>
    public static SliceSinks Open(SetRequest? request)
    {
        var all = new SliceSinks();
        try
        {
            if (request?.SlicesPath is { } slices)
            {
                all._sinks.Add(new SliceCsv(ResultFile.Create(slices)));
            }

            if (request?.PlotPath is { } plot)
            {
                all._sinks.Add(new SlicePlot(ResultFile.Create(plot)));
            }

            return all;
        }
        catch
        {
            all.Dispose();
            throw;
        }
    }

    public void Add(EventSetSlice slice) => _sinks.ForEach(sink => sink.Add(slice));

    public void Commit(StatResult result) => _sinks.ForEach(sink => sink.Commit(result));

    public void Dispose() => _sinks.ForEach(sink => sink.Dispose());
}
