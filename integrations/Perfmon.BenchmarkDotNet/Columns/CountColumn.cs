using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Perfmon.BenchmarkDotNet.Columns;

/// <summary>What the columns have in common: they stand behind BenchmarkDotNet's own metrics, and always, since that something was not counted is to be seen.</summary>
internal abstract class CountColumn(int place) : IColumn
{
    /// <summary>What stands where there is no value. A 0 is a count.</summary>
    public const string NotCounted = "-";

    public abstract string Id { get; }

    public abstract string ColumnName { get; }

    public abstract string Legend { get; }

    public abstract UnitType UnitType { get; }

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Metric;

    public int PriorityInCategory { get; } = 1_000 + place;

    public bool IsNumeric => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public abstract string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style);

    public override string ToString() => ColumnName;
}
