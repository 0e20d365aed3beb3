using System.Globalization;
using Perfmon.Sets;
using Perfmon.Tool.Output;

namespace Perfmon.Tool.Stat.Sets;

/// <summary>Slices as comma-separated values: a header, then a row for each event of each slice. What was not counted has no value.</summary>
internal sealed class SliceCsv : SliceSink
{
    private ulong _slices;

    public SliceCsv(ResultFile file)
        : base(file) => file.Writer.WriteCsvRow(["slice", "set", "start_ns", "duration_ns", "ended_ns", "event", "value", "counted_ns"]);

    public override void Add(EventSetSlice slice)
    {
        string[] common = [Number(_slices), Number(slice.Set), Number(slice.Start), Number(slice.Duration), Number(slice.EndedAt)];
        foreach (var count in slice.Counts)
        {
            var isCounted = count.Duration > 0 && count.Event.Futility is null;
            File.Writer.WriteCsvRow([.. common, count.Event.Name, isCounted ? Number(count.Value) : "", isCounted ? Number(count.Duration) : "0"]);
        }

        _slices++;
    }

    public override void Commit(StatResult result) => File.Commit();

    private static string Number(ulong number) => number.ToString(CultureInfo.InvariantCulture);
}
