using Perfmon.Events;
using Perfmon.Registers;
using Perfmon.Session;
using Perfmon.Sets;
using Perfmon.Sets.Estimation;
using Perfmon.Tool.Plot;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>The rates of slices, drawn. An event that several sets have is drawn in the first of them, with the slices of all.</summary>
internal sealed class SlicePlot(ResultFile file) : SliceSink(file)
{
    private readonly Dictionary<(EventSelection, ProbeText?), List<Slice>> _slices = [];

    public override void Add(EventSetSlice slice)
    {
        foreach (var count in slice.Counts)
        {
            if (count.Duration > 0 && count.Event.Futility is null)
            {
                SlicesOf(count.Event).Add(new Slice(slice.Start, count.Duration, count.Value));
            }
        }
    }

    public override void Commit(StatResult result)
    {
        var series = result.Events.DistinctBy(one => Identity(one.Event)).Select(one =>
            new RateSeries(one.Name, one.Event.Unit, one.Set, one.State == CountState.Counted, SlicesOf(one.Event)) { Scale = one.Event.Scale });
        RatePlot.Write(File.Writer, result.Subject, result.Turns!.ActiveTime, [.. series]);
        File.Commit();
    }

    private List<Slice> SlicesOf(EventRequest request)
    {
        if (!_slices.TryGetValue(Identity(request), out var slices))
        {
            _slices.Add(Identity(request), slices = []);
        }

        return slices;
    }

    private static (EventSelection, ProbeText?) Identity(EventRequest request) => (request.Selection, request.Text);
}
