using Perfmon.Sets;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>A file that is made of the slices of a run.</summary>
internal abstract class SliceSink(ResultFile file) : IDisposable
{
    protected ResultFile File => file;

    /// <summary>Takes a slice; they come in order.</summary>
    public abstract void Add(EventSetSlice slice);

    /// <summary>Completes the file and puts it in its place, after the last slice.</summary>
    public abstract void Commit(StatResult result);

    public void Dispose() => file.Dispose();
}
