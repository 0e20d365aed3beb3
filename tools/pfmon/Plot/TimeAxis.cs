namespace Perfmon.Tool.Plot;

/// <summary>The axis of active time, which all panels share.</summary>
internal sealed class TimeAxis
{
    private const int MostSteps = 8;

    private static readonly (double Nanoseconds, string Unit)[] s_units = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns")];

    private readonly AxisTicks _ticks;
    private readonly double _unit;
    private readonly string _unitName;

    /// <summary>An axis from 0 to <paramref name="extent"/> nanoseconds, between two places of the drawing.</summary>
    public TimeAxis(ulong extent, double left, double right)
    {
        Extent = Math.Max(1, extent);
        (Left, Right) = (left, right);
        (_unit, _unitName) = s_units.First(unit => Extent >= unit.Nanoseconds);
        _ticks = AxisTicks.Within(Extent / _unit, MostSteps);
    }

    /// <summary>Where the axis ends, in nanoseconds.</summary>
    public ulong Extent { get; }

    /// <summary>The place of 0.</summary>
    public double Left { get; }

    /// <summary>The place of <see cref="Extent"/>.</summary>
    public double Right { get; }

    /// <summary>The places of the ticks and what is written there.</summary>
    public IEnumerable<(double Place, string Label)> Ticks =>
        _ticks.Values.Select(value => (Place(value * _unit), value == 0 ? "0" : $"{_ticks.Text(value)} {_unitName}"));

    /// <summary>The place of a time in nanoseconds.</summary>
    public double Place(double time) => Left + ((Right - Left) * (time / Extent));
}
