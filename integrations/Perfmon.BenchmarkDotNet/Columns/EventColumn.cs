using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Perfmon.BenchmarkDotNet.Counting;
using Perfmon.BenchmarkDotNet.Planning;
using Perfmon.Session;
using Perfolizer.Horology;

namespace Perfmon.BenchmarkDotNet.Columns;

/// <summary>An event per operation; clocks in the unit of BenchmarkDotNet's own times.</summary>
internal sealed class EventColumn(PlannedEvent one, int place) : CountColumn(place)
{
    public override string Id => $"Perfmon.{one.AskedAs}";

    public override string ColumnName => $"{one.Name}/op";

    public override string Legend => CountColumns.Legend(one);

    public override UnitType UnitType => one.Request is { Unit: "ns", Scale: 1 } ? UnitType.Time : UnitType.Dimensionless;

    public override string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (Find(benchmarkCase) is not { State: not CountState.NotCounted } count)
        {
            return NotCounted;
        }

        var all = summary.BenchmarksCases.Select(Find).OfType<EventPerOperation>().Where(other => other.State != CountState.NotCounted).ToList();
        var culture = style.CultureInfo ?? CultureInfo.InvariantCulture;
        var (unit, suffix) = (1.0, "");
        if (count.IsTime)
        {
            var time = style.TimeUnit ?? TimeUnit.GetBestTimeUnit(all.Min(other => other.Value));
            unit = time.BaseUnits;
            suffix = style.PrintUnitsInContent ? $" {time.Abbreviation}" : "";
        }
        else if (one.Request?.Unit is { } other)
        {
            suffix = style.PrintUnitsInContent ? $" {other}" : "";
        }

        var decimals = CountText.Decimals(all.Select(other => other.Value / unit));
        var error = count.State != CountState.Estimated ? ""
            : count.HalfWidth is { } half ? CountText.Error(half / unit, decimals, culture)
            : " ± ?";
        return CountText.Of(count.Value / unit, decimals, culture) + error + suffix;
    }

    private EventPerOperation? Find(BenchmarkCase benchmarkCase) =>
        CountColumns.Of(benchmarkCase)?.Events.FirstOrDefault(other => other.Event.AskedAs == one.AskedAs);
}
